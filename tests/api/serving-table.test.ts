import { pluginsWith } from '../support/config';
import { fillFolder, MODIFIED } from '../support/served-files';
import { startServer, type Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { sendRaw } from '../support/socket';
import { CONDITIONS } from './serving-rows/conditions';
import { CONTENTS } from './serving-rows/contents';
import { NEVER } from './serving-rows/never';
import { RANGES } from './serving-rows/ranges';
import type { Headers } from './serving-rows/row';

const ROWS = [...RANGES, ...CONDITIONS, ...CONTENTS];

/** Files are served after the project's middlewares, or before them if `serving.early` is set. Tests both places. */
describe.each([
  ['the ordinary place', false],
  ['the early place', true],
])('served in %s', (_name, early) => {
  let server: Server;
  const get = (target: string, headers: Headers = {}, method = 'GET') =>
    sendRaw(server.url, method, `/uploads/${target}`, Object.entries(headers));

  beforeAll(async () => {
    server = early
      ? await startServer({
          files: { 'config/plugins.js': pluginsWith({ serving: { early } }) },
        })
      : await sharedServer();
    await fillFolder(server.project.uploads);
  });
  afterAll(() => server.stop());

  it('has at least 80 rows', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(80);
  });

  it.each(ROWS)('RFC %s: %s', async (_section, _what, target, headers, expected) => {
    const { headers: own } = await get('file.txt', {}, 'HEAD');
    const asked = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('{etag}', own.etag!),
    ]);
    const answer = await get(target, Object.fromEntries(asked));
    const boundary = /boundary=(.*)/.exec(answer.headers['content-type'] ?? '')?.[1];
    const neutral = (text: string) => (boundary ? text.replaceAll(boundary, '-') : text);

    expect(answer.status).toBe(expected.status);
    for (const [name, value] of Object.entries(expected.headers ?? {})) {
      const seen = answer.headers[name];
      expect([name, seen && neutral(seen)]).toEqual([name, value]);
    }
    if (expected.body !== undefined) {
      expect(neutral(answer.body.toString('latin1'))).toBe(
        Buffer.from(expected.body).toString('latin1')
      );
    }
    if (answer.status !== 404) {
      expectCommon(answer);
    }
  });

  it.each(CONTENTS)(
    'RFC 9110 9.3.2: HEAD has the headers of GET, RFC %s: %s',
    async (_section, _what, target) => {
      const [head, full] = [await get(target, {}, 'HEAD'), await get(target)];
      expect(head.body).toHaveLength(0);
      expect(head.headers).toMatchObject({ ...full.headers, date: expect.any(String) });
    }
  );

  it('ignores a range of a HEAD (RFC 9110 14.2)', async () => {
    const { status, headers } = await get('file.txt', { Range: 'bytes=0-3' }, 'HEAD');
    expect([status, headers['content-length']]).toEqual([200, '20']);
  });

  it.each(NEVER.map((target) => [target]))('answers /uploads/%s with 404', async (target) => {
    const { status, headers, body } = await get(target);
    expect([status, headers.etag]).toEqual([404, undefined]);
    expect(String(body)).not.toMatch(/secret|root:/);
  });

  it.each(['POST', 'PUT', 'DELETE'])('takes no %s (RFC 9110 15.5.6)', async (method) => {
    const { status } = await get('file.txt', { 'Content-Length': '0' }, method);
    expect(status).toBe(405);
  });

  it('answers other origins as the project says (Fetch 3.2)', async () => {
    const { headers } = await get('file.txt', { Origin: 'https://other.example' });
    expect(headers['access-control-allow-origin']).toBe('https://other.example');
    expect(headers.vary).toBe('Origin');
  });
});

/** Checks the headers of every answer about a file (RFC 9110 sections 6.6.1, 8.6, 8.8, 14.3, 15.4.5). */
function expectCommon({ status, headers, body }: Awaited<ReturnType<typeof sendRaw>>): void {
  expect(headers).toMatchObject({
    date: expect.stringMatching(/ GMT$/),
    etag: expect.stringMatching(/^"[\w-]+"$/),
    'last-modified': MODIFIED,
    'accept-ranges': 'bytes',
    'cache-control': 'max-age=0',
  });
  if (status !== 304) {
    expect(headers['content-length']).toBe(String(body.length));
  }
}
