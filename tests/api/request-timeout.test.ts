import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { MULTIPART, multipart } from '../support/raw';
import { startServer, type Server } from '../support/server';

/**
 * Node.js' time limit for receiving a request, in ms. Node.js looks for late requests once per
 * `connectionsCheckingInterval`.
 */
const TIMEOUT = 1000;

const server = `module.exports = ({ env }) => ({
  host: env('HOST'), port: env.int('PORT'), app: { keys: ['a', 'b'] }, logger: { startup: { enabled: false } },
  http: { serverOptions: { requestTimeout: ${TIMEOUT}, connectionsCheckingInterval: 100 } },
});`;

const form = (...fields: object[]) =>
  multipart([
    ...(fields as Parameters<typeof multipart>[0]),
    { name: 'files', params: 'filename="a.txt"', content: Buffer.alloc(40_000, 'x') },
  ]);

/** Sends a body in ten parts, one every 300 ms, and reads the answer to its end. */
async function sendSlowly(
  { url }: Server,
  path: string,
  body: Buffer,
  type: string = MULTIPART['content-type']
): Promise<{ status: string; took: number; sent: number }> {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n` +
      `Content-Type: ${type}\r\n\r\n`
  );
  const begun = performance.now();
  let sent = 0;
  const sending = (async () => {
    const step = Math.ceil(body.length / 10);
    for (; sent < body.length && socket.writable; sent += step) {
      socket.write(body.subarray(sent, sent + step));
      await wait(300);
    }
  })();
  let answer = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    answer += chunk;
  }
  await sending;
  return { status: answer.split(' ')[1] ?? '', took: performance.now() - begun, sent };
}

describe("the server's requestTimeout", () => {
  let site: Server;
  beforeAll(async () => {
    site = await startServer({ files: { 'config/server.js': server } });
    await allowPublic(site, [...UPLOAD_ACTIONS, 'api::restaurant.restaurant.create']);
  });
  afterAll(() => site.stop());

  it('does not end an upload that is read: the minimum rate bounds it', async () => {
    const { status, took } = await sendSlowly(site, '/api/upload', form());

    expect(took).toBeGreaterThan(TIMEOUT * 2);
    expect(status).toBe('201');
  });

  it('nor a form that creates an entry with its files', async () => {
    const body = multipart([
      { name: 'data', content: '{"name":"Chez Test"}' },
      { name: 'files.covers', params: 'filename="a.txt"', content: Buffer.alloc(40_000, 'x') },
    ]);
    const { status, took } = await sendSlowly(site, '/api/restaurants', body);

    expect(took).toBeGreaterThan(TIMEOUT * 2);
    expect(status).toBe('201');
  });

  it.each([
    ['a form that nobody may send', '/upload', form(), undefined],
    [
      'JSON to another route',
      '/api/restaurants',
      Buffer.from('{"data":{"name":"Chez Test"}}'),
      'application/json',
    ],
  ])('ends %s', async (_what, path, body, type) => {
    const { status, sent } = await sendSlowly(site, path, body, type);

    expect(['401', '408']).toContain(status);
    expect(sent).toBeLessThan(body.length);
  });

  it('ends an upload where there is no minimum rate', async () => {
    await site.inside((strapi) => void strapi.config.set('plugin::upload.minimumRate', false));
    const { status, sent } = await sendSlowly(site, '/api/upload', form());
    await site.inside((strapi) => void strapi.config.set('plugin::upload.minimumRate', {}));

    expect(status).toBe('408');
    expect(sent).toBeLessThan(40_000);
    expect(await site.uploaded()).toHaveLength(2);
  });

  it("is told to the project's own listener, for all but uploads", async () => {
    await site.inside((strapi) => {
      const told: string[] = [];
      Object.assign(globalThis, { told });
      strapi.server.httpServer.on('clientError', (error: { code?: string }, socket) => {
        told.push(String(error.code));
        socket.end('HTTP/1.1 499 Own\r\n\r\n');
      });
    });
    expect((await sendSlowly(site, '/api/upload', form())).status).toBe('201');
    const json = Buffer.from('{"data":{"name":"Chez Test"}}');
    expect((await sendSlowly(site, '/api/restaurants', json, 'application/json')).status).toBe(
      '499'
    );
    const told = await site.inside(() => (globalThis as unknown as { told: string[] }).told);
    expect(told.filter((code) => code === 'ERR_HTTP_REQUEST_TIMEOUT')).toHaveLength(1);
  });
});
