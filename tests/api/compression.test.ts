import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { send } from '../support/raw';
import { startServer, type Server } from '../support/server';

const TEXT = Buffer.from('0123456789'.repeat(5000));

const MIDDLEWARES = `module.exports = [
  'strapi::errors', 'strapi::security', 'strapi::cors', 'strapi::compression', 'strapi::query',
  'strapi::body', 'strapi::session', 'strapi::favicon', 'strapi::public',
];`;

/** Tests served files of a project that compresses its answers. */
describe('a served file to which strapi::compression applies a coding', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ files: { 'config/middlewares.js': MIDDLEWARES } });
    for (const name of ['small.txt', 'large.txt']) {
      const content = name === 'small.txt' ? TEXT : Buffer.concat(Array(20).fill(TEXT));
      await writeFile(path.join(server.project.uploads, name), content);
    }
  });
  afterAll(() => server.stop());

  const get = (name: string, headers: Record<string, string> = {}) =>
    send(server.url, { method: 'GET', path: `/uploads/${name}`, headers });
  const coded = (headers: Record<string, string> = {}) => ({
    'accept-encoding': 'gzip',
    ...headers,
  });

  describe.each(['small.txt', 'large.txt'])('%s', (name) => {
    it('has a weak ETag, and nothing by which a part could be joined to it', async () => {
      const plain = await get(name);
      const { headers, body } = await get(name, coded());
      expect(headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(body)).toEqual(plain.body);
      expect(plain.headers.etag).toMatch(/^"/);
      expect(headers.etag).toBe(`W/${plain.headers.etag}`);
      expect(headers).not.toHaveProperty('accept-ranges');
      expect(headers).not.toHaveProperty('last-modified');
      expect(headers.vary).toContain('Accept-Encoding');
    });

    it('is not sent again to who has it', async () => {
      const { headers } = await get(name, coded());
      const again = await get(name, coded({ 'if-none-match': headers.etag! }));
      expect(again.status).toBe(304);
      expect(again.headers.etag).toBe(headers.etag);
    });

    it('in parts is never coded, and its parts are those of the file itself', async () => {
      const plain = await get(name);
      const part = await get(name, coded({ range: 'bytes=10-4009' }));
      expect(part.status).toBe(206);
      expect(part.headers).not.toHaveProperty('content-encoding');
      expect(part.headers.etag).toBe(plain.headers.etag);
      expect(part.body).toEqual(plain.body.subarray(10, 4010));
      const several = await get(name, coded({ range: 'bytes=0-4999,9000-19999' }));
      expect(several.status).toBe(206);
      expect(several.headers).not.toHaveProperty('content-encoding');
    });

    it('is sent whole to who has the coded one in part', async () => {
      const { headers } = await get(name, coded());
      const rest = await get(name, coded({ range: 'bytes=100-', 'if-range': headers.etag! }));
      expect(rest.status).toBe(200);
      expect(gunzipSync(rest.body)).toHaveLength(
        gunzipSync((await get(name, coded())).body).length
      );
    });
  });
});
