import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdminClient } from './admin';

/** One server-sent event of an import. */
export interface Sent {
  event: string;
  data: Record<string, unknown>;
}

/** The events of an answer, as a browser's EventSource would parse them. */
const eventsOf = (text: string): Sent[] =>
  text
    .split('\n\n')
    .filter(Boolean)
    .map((block) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) };
    });

/** Lets the server import files from URLs, and waits until the import has ended. */
export async function importUrls(client: AdminClient, body: object): Promise<Sent[]> {
  const { text } = await client
    .post('/upload/actions/upload-from-urls')
    .send(body)
    .buffer(true)
    .parse((res, done) => {
      let text = '';
      res.on('data', (chunk: Buffer) => (text += chunk)).on('end', () => done(null, text));
    })
    .then(({ body: text }) => ({ text }));
  return eventsOf(text);
}

/** Starts a web server on an address of this machine. It plays the part of a foreign website. */
export async function startSite(host: string, handler: http.RequestListener) {
  const site = http.createServer(handler);
  await new Promise<void>((resolve) => site.listen(0, host, resolve));
  const { port } = site.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        site.closeAllConnections();
        site.close(resolve);
      }),
  };
}
