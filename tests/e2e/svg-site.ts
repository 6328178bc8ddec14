import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Origin of the SVGs. Browsers reach this host and every other host only through the site's proxy. */
export const HOME = 'http://inside.test';

/** A proxy that serves SVGs, and records all other requests. */
export interface SvgSite {
  port: number;
  /**
   * Addresses that were requested since the last call of `asked`. Addresses of the site's SVGs and pages are left out.
   */
  asked(): string[];
  close(): Promise<void>;
}

/**
 * Serves each SVG at `/NUMBER.svg`, and pages with all of them: as `<img>` at `/img`, and as embedded documents at
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
      // Requests for hosts outside of `.test` and for the icon come from the browser itself, so they are left out.
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
