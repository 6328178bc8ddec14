/** Puts a front end and Strapi behind one address, as a proxy in front of both does. */

import { once } from 'node:events';
import { createServer, request } from 'node:http';

/** Paths that belong to Strapi. */
const OF_STRAPI = /^\/(?:api|uploads)\//;

/**
 * Starts the proxy on a free port of 127.0.0.1.
 *
 * @param targets addresses of both servers: `strapi` and `site`
 * @returns the proxy's address, and `stop`
 */
export async function startGateway({ strapi, site }) {
  const server = createServer((incoming, answer) => {
    const target = new URL(incoming.url, OF_STRAPI.test(incoming.url) ? strapi : site);
    const { method, headers } = incoming;
    const passedOn = request(target, { method, headers }, (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    passedOn.once('error', () => (answer.headersSent ? answer.destroy() : fail(answer)));
    incoming.pipe(passedOn);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const fail = (answer) => answer.writeHead(502).end();
