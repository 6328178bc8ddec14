import request from 'supertest';
import { sendFile, storeFile } from '../support/api';
import { fuzzRuns } from '../support/fuzz-runs';
import { ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

const start = async (config: Record<string, unknown> = {}) => {
  const server = await sharedServer(config);
  await allowPublic(server, UPLOAD_ACTIONS);
  return server;
};
const replace = (server: Server, id: number, name: string, content: Buffer) =>
  sendFile(server, name, content, { path: `/api/upload?id=${id}` });

/** How often two requests are sent at the same time. */
const ROUNDS = fuzzRuns(3, 6);

describe('a replacement', () => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it.each([
    ['a PNG over a JPEG', samples.jpeg, 'a.jpg', samples.png, 'b.png', 'image/png'],
    ['a PDF over a JPEG', samples.jpeg, 'a.jpg', samples.pdf, 'b.pdf', 'application/pdf'],
    ['a JPEG over a PDF', samples.pdf, 'a.pdf', samples.jpeg, 'b.jpg', 'image/jpeg'],
    [
      'a table over a JPEG',
      samples.jpeg,
      'a.jpg',
      samples.csv,
      'b.csv',
      'text/plain; charset=utf-8',
    ],
    [
      'a web page over a JPEG',
      samples.jpeg,
      'a.jpg',
      () => Buffer.from('<html>'),
      'b.html',
      'text/html; charset=utf-8',
    ],
  ])(
    'by another kind of file is served with its own type: %s',
    async (_what, old, oldName, make, name, type) => {
      const file = await storeFile(server, oldName, await old());
      const { body } = await replace(server, file.id, name, await make()).expect(200);
      expect(body).toMatchObject({ url: file.url, ext: file.ext, hash: file.hash });
      const served = await fetch(server.url + body.url);
      expect(served.headers.get('content-type')).toBe(type);
      for (const { url } of Object.values<{ url: string }>(body.formats ?? {})) {
        expect((await fetch(server.url + url)).headers.get('content-type')).toBe(type);
      }
    }
  );

  it('is seen whole or not at all by readers, also of a large file', async () => {
    const contents = ['a', 'b'].map((letter) => Buffer.alloc(8_000_000, letter));
    const file = await storeFile(server, 'large.bin', contents[0]!);
    let replacing = true;
    const seen = new Set<string>();
    const readers = Array.from({ length: 4 }, async () => {
      while (replacing) {
        const answer = await fetch(server.url + file.url);
        expect(answer.status).toBe(200);
        const bytes = Buffer.from(await answer.arrayBuffer());
        const whole = contents.findIndex((content) => content.equals(bytes));
        expect(whole).toBeGreaterThanOrEqual(0);
        seen.add(String(whole));
      }
    });
    for (let round = 1; round <= 8; round += 1) {
      await replace(server, file.id, 'large.bin', contents[round % 2]!).expect(200);
    }
    replacing = false;
    await Promise.all(readers);
    expect([...seen].sort()).toEqual(['0', '1']);
  });

  it('wins whole when two come at once: row, bytes and ledger agree', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const file = await storeFile(server, 'race.jpg', await samples.jpeg());
      const [first, second] = await Promise.all([
        replace(server, file.id, 'wide.jpg', await samples.jpeg({ width: 1200, height: 300 })),
        replace(server, file.id, 'tall.jpg', await samples.jpeg({ width: 300, height: 900 })),
      ]);
      expect([first.status, second.status].sort()).toEqual(expect.arrayContaining([200]));
      const { body } = await request(server.url).get(`/api/upload/files/${file.id}`);
      const { default: sharp } = await import('sharp');
      const sizeAt = async (url: string) => {
        const bytes = Buffer.from(await (await fetch(server.url + url)).arrayBuffer());
        const { width, height } = await sharp(bytes).metadata();
        return { width, height };
      };
      expect(await sizeAt(body.url)).toEqual({ width: body.width, height: body.height });
      for (const { url, width, height } of Object.values<{
        url: string;
        width: number;
        height: number;
      }>(body.formats)) {
        expect(await sizeAt(url)).toEqual({ width, height });
      }
      const expected = [body, ...Object.values<{ hash: string; ext: string }>(body.formats)];
      const stored = (await server.uploaded()).filter((name) => name.includes(file.hash));
      expect(stored).toEqual(expected.map(({ hash, ext }) => hash + ext).sort());
      expect((await ledgerOf(server)).filter(({ fileId }) => fileId === file.id)).toHaveLength(1);
    }
  });

  it('knows its file whatever a hook of the project leaves of what an update returns', async () => {
    const file = await storeFile(server, 'a.txt', Buffer.from('old'));
    await server.inside((strapi) => {
      const hooks = {
        models: ['plugin::upload.file'],
        beforeUpdate: ({ params }: { params: { select?: string[] } }) => {
          params.select = ['id', 'url'];
        },
      };
      strapi.db.lifecycles.subscribe(hooks as never);
    });
    await replace(server, file.id, 'b.txt', Buffer.from('new')).expect(200);
    const rows = await ledgerOf(server);
    expect(rows.filter(({ fileId }) => fileId === file.id)).toMatchObject([{ state: 'stored' }]);
  });

  it('and a deletion at once leave no object without a row', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const file = await storeFile(server, 'either.jpg', await samples.jpeg());
      await Promise.all([
        replace(server, file.id, 'new.jpg', await samples.jpeg({ width: 1200, height: 300 })),
        request(server.url).delete(`/api/upload/files/${file.id}`),
      ]);
      const { status } = await request(server.url).get(`/api/upload/files/${file.id}`);
      const stored = (await server.uploaded()).filter((name) => name.includes(file.hash));
      expect([status, stored.length > 0]).toEqual([status, status === 200]);
    }
  });
});

describe('a replacement with replace.url: "versioned"', () => {
  let server: Server;
  beforeAll(async () => {
    server = await start({ replace: { url: 'versioned' } });
  });
  afterAll(() => server.stop());

  it('gives the new version a URL of its own, with its own extension, and removes the old one', async () => {
    const file = await storeFile(server, 'a.jpg', await samples.jpeg());
    const { body } = await replace(server, file.id, 'b.pdf', samples.pdf()).expect(200);
    expect(body).toMatchObject({
      id: file.id,
      ext: '.pdf',
      mime: 'application/pdf',
      formats: null,
    });
    expect(body.url).toBe(`/uploads/${body.hash}.pdf`);
    expect(body.hash).not.toBe(file.hash);
    expect(await server.uploaded()).toEqual([`${body.hash}.pdf`]);
    await request(server.url).get(file.url).expect(404);
  });
});
