import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the drawings are shown; browsers reach it, and everything else, through the site alone. */
export const HOME = 'http://inside.test';

/** A proxy that shows drawings, and notes what else it is asked for. */
export interface SvgSite {
  port: number;
  /** Addresses that were asked for beside those of drawings and pages, since this was asked last. */
  asked(): string[];
  close(): Promise<void>;
}

/**
 * Serves each drawing at `/NUMBER.svg`, and all of them in one page: as pictures at `/img`, as documents in it at
 * `/object`.
 */
export async function startSvgSite(drawings: readonly string[]): Promise<SvgSite> {
  let asked: string[] = [];
  const pages = new Map(
    Object.entries({
      '/img': drawings.map((_, at) => `<img src="/${at}.svg">`),
      '/object': drawings.map((_, at) => `<object data="/${at}.svg"></object>`),
    }).map(([path, shown]) => [path, `<!doctype html><body>${shown.join('')}</body>`])
  );
  const server = createServer((request, response) => {
    const { host, pathname } = new URL(request.url!, HOME);
    const drawing = /^\/(\d+)\.svg$/.exec(pathname);
    const isOurs = host === new URL(HOME).host;
    if (isOurs && drawing) {
      response.setHeader('content-type', 'image/svg+xml').end(drawings[Number(drawing[1])]);
    } else if (isOurs && pages.has(pathname)) {
      response.setHeader('content-type', 'text/html').end(pages.get(pathname));
    } else {
      // Browsers ask for things of their own elsewhere.
      asked.push(...(host.endsWith('.test') && pathname !== '/favicon.ico' ? [request.url!] : []));
      response.writeHead(404).end();
    }
  });
  server.on('connect', (request, socket) => {
    asked.push(...(/\.test(:|$)/.test(request.url!) ? [request.url!] : []));
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked() {
      const before = asked;
      asked = [];
      return before;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
