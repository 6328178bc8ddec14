import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from '../../support/server';
import * as pictures from './pictures';

/** A public address. Servers may fetch from it. */
export const PUBLIC_HOST = '93.184.216.34';

/** Azure's wire server. It is internal, although it is in none of the address blocks for special purposes. */
export const WIRE_SERVER = '168.63.129.16';

/** Answers of the website at {@link PUBLIC_HOST}, by path. */
const PAGES: Record<string, (response: http.ServerResponse) => void | Promise<void>> = {
  '/a.txt': (response) => void response.setHeader('content-type', 'text/plain').end('hello'),
  '/untyped': (response) => void response.end('hello'),
  '/empty.txt': (response) => void response.setHeader('content-type', 'text/plain').end(),
  '/large.txt': (response) =>
    void response.setHeader('content-type', 'text/plain').end('x'.repeat(500)),
  '/page.html': (response) => void response.setHeader('content-type', 'text/html').end('<p>x</p>'),
  '/icon.png': async (response) =>
    void response.setHeader('content-type', 'image/png').end(await pictures.icon()),
  '/named': (response) =>
    void response
      .setHeader('content-type', 'text/plain')
      .setHeader('content-disposition', 'attachment; filename="named.txt"')
      .end('hello'),
  '/redirect': (response) => void response.writeHead(302, { location: '/a.txt' }).end(),
  '/inside': (response) =>
    void response.writeHead(302, { location: 'http://127.0.0.1/a.txt' }).end(),
  '/round': (response) => void response.writeHead(302, { location: '/round' }).end(),
  '/broken': (response) => void response.writeHead(500).end('broken'),
};

/** A website on this machine that servers reach at {@link PUBLIC_HOST} and {@link WIRE_SERVER}. */
export interface Internet {
  /** Lets a server reach the website. */
  connect(server: Server): Promise<void>;
  close(): Promise<void>;
}

/** Starts the website on a free port. */
export async function createInternet(): Promise<Internet> {
  const website = http.createServer((request, response) => {
    const page = PAGES[(request.url ?? '').replace(/\?.*/, '')];
    void (page ? page(response) : response.writeHead(404).end('missing'));
  });
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
  const { port } = website.address() as AddressInfo;
  return {
    connect: (server) => server.inside(sendToWebsite, [PUBLIC_HOST, WIRE_SERVER], port),
    async close() {
      website.closeAllConnections();
      await new Promise((resolve) => website.close(resolve));
    },
  };
}

/**
 * Redirects connections for these addresses to the website. The redirection happens below all code that looks at
 * addresses, so that a plugin's own checks of addresses still work.
 */
function sendToWebsite(_strapi: unknown, hosts: string[], port: number): void {
  const { Socket } = process.getBuiltinModule('node:net');
  const connect = Socket.prototype.connect as (...args: unknown[]) => unknown;
  const redirected = function (this: unknown, ...args: unknown[]) {
    const [options] = [args[0]].flat() as Array<{ host?: string }>;
    if (options?.host && hosts.includes(options.host)) {
      Object.assign(options, { host: '127.0.0.1', port });
    }
    return connect.apply(this, args);
  };
  Object.assign(Socket.prototype, { connect: redirected });
}
