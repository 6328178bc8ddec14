import { mkdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { get } from '../support/api';
import { send } from '../support/raw';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

const CONTENT = '0123456789abcdefghij';

let server: Server;
const ask = (headers: Record<string, string> = {}, name = 'file.txt') =>
  get(server, `/uploads/${name}`, headers);

beforeAll(async () => {
  server = await sharedServer();
  await writeFile(path.join(server.project.uploads, 'file.txt'), CONTENT);
  await writeFile(path.join(server.project.uploads, 'empty.txt'), '');
});
afterAll(() => server.stop());

describe('GET /uploads/<key>', () => {
  it('answers bytes, type, length and validators', async () => {
    const { status, headers, body } = await ask();
    expect(status).toBe(200);
    expect(String(body)).toBe(CONTENT);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '20',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[^"]+"$/),
      'last-modified': expect.stringMatching(/ GMT$/),
    });
  });

  it('answers HEAD with the same headers and no body', async () => {
    const head = await send(server.url, { method: 'HEAD', path: '/uploads/file.txt' });
    const full = await ask();
    expect(head.status).toBe(200);
    expect(head.body).toHaveLength(0);
    for (const name of ['content-type', 'content-length', 'etag', 'last-modified']) {
      expect([name, head.headers[name]]).toEqual([name, full.headers[name]]);
    }
  });

  it('answers an empty file', async () => {
    const { status, headers } = await ask({}, 'empty.txt');
    expect([status, headers['content-length']]).toEqual([200, '0']);
  });

  it('answers what is not there as the rest of Strapi does', async () => {
    const { status, body } = await ask({}, 'missing.txt');
    expect(status).toBe(404);
    expect(JSON.parse(String(body))).toMatchObject({
      data: null,
      error: { status: 404, name: 'NotFoundError' },
    });
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/20'],
    ['bytes=5-5', '5', 'bytes 5-5/20'],
    ['bytes=15-', 'fghij', 'bytes 15-19/20'],
    ['bytes=-4', 'ghij', 'bytes 16-19/20'],
    ['bytes=-500', CONTENT, 'bytes 0-19/20'],
    ['bytes=18-99', 'ij', 'bytes 18-19/20'],
  ])('answers %s with 206', async (range, text, contentRange) => {
    const { status, headers, body } = await ask({ range });
    expect(status).toBe(206);
    expect(String(body)).toBe(text);
    expect(headers['content-range']).toBe(contentRange);
    expect(headers['content-length']).toBe(String(text.length));
  });

  it.each(['bytes=20-', 'bytes=-0'])('answers %s with 416 and the size', async (range) => {
    const { status, headers } = await ask({ range });
    expect([status, headers['content-range']]).toEqual([416, 'bytes */20']);
  });

  it.each(['bytes=1.5-3', 'items=0-5', 'bytes=5-2', 'bytes=-', 'nonsense'])(
    'ignores %s',
    async (range) => {
      const { status, body } = await ask({ range });
      expect([status, String(body)]).toEqual([200, CONTENT]);
    }
  );

  it('answers 304 to a client whose copy is still good', async () => {
    const { headers } = await ask();
    const etag = headers.etag!;
    for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask({ 'if-none-match': condition });
      expect([condition, again.status, again.body.length]).toEqual([condition, 304, 0]);
      expect(again.headers.etag).toBe(etag);
    }
    const since = { 'if-modified-since': headers['last-modified']! };
    expect((await ask(since)).status).toBe(304);
    expect((await ask({ ...since, 'if-none-match': '"other"' })).status).toBe(200);
    expect((await ask({ 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' })).status).toBe(200);
  });

  it('honours a range only for the state that If-Range names', async () => {
    const { headers } = await ask();
    const range = 'bytes=0-0';
    expect((await ask({ range, 'if-range': headers.etag! })).status).toBe(206);
    expect((await ask({ range, 'if-range': headers['last-modified']! })).status).toBe(206);
    expect((await ask({ range, 'if-range': `W/${headers.etag}` })).status).toBe(200);
    expect((await ask({ range, 'if-range': '"other"' })).status).toBe(200);
    expect((await ask({ range, 'if-range': 'Mon, 01 Jan 2001 00:00:00 GMT' })).status).toBe(200);
  });

  it('changes the ETag with the file, even for as many bytes in the same second', async () => {
    const target = path.join(server.project.uploads, 'changing.txt');
    await writeFile(target, 'one');
    const before = await ask({}, 'changing.txt');
    const { mtimeMs } = await stat(target);
    // The file system's clock for change times advances only every few milliseconds, so write until the time has
    // changed.
    do {
      await writeFile(`${target}.new`, 'two');
    } while ((await stat(`${target}.new`)).mtimeMs === mtimeMs);
    await rename(`${target}.new`, target);
    const after = await ask({ 'if-none-match': before.headers.etag! }, 'changing.txt');
    expect([after.status, String(after.body)]).toEqual([200, 'two']);
  });

  it('serves no folder, no hidden file, nothing outside, nothing that is missing', async () => {
    const { uploads, dir } = server.project;
    await mkdir(path.join(uploads, 'folder'), { recursive: true });
    await mkdir(path.join(uploads, '.staging'), { recursive: true });
    await writeFile(path.join(uploads, '.staging', 'half-done'), 'secret');
    await writeFile(path.join(uploads, '.hidden'), 'secret');
    await writeFile(path.join(dir, 'public', 'outside.txt'), 'secret');
    for (const name of [
      'missing.txt',
      'folder',
      'folder/',
      '',
      '.hidden',
      '.staging/half-done',
      '%2estaging/half-done',
      '../outside.txt',
      '..%2foutside.txt',
      '%2e%2e%2foutside.txt',
      '..%5coutside.txt',
      'file.txt%00',
      '%ff',
      'file.txt/more',
      'x'.repeat(300),
    ]) {
      const { status, body } = await ask({}, name);
      expect([name, status]).toEqual([name, 404]);
      expect(String(body)).not.toContain('secret');
    }
  });

  it('serves files in folders, and links that an operator made', async () => {
    const { uploads } = server.project;
    await mkdir(path.join(uploads, 'sub'), { recursive: true });
    await writeFile(path.join(uploads, 'sub', 'a b.txt'), 'in folder');
    await symlink(path.join(uploads, 'file.txt'), path.join(uploads, 'linked.txt'));
    expect(String((await ask({}, 'sub/a%20b.txt')).body)).toBe('in folder');
    expect(String((await ask({}, 'linked.txt')).body)).toBe(CONTENT);
  });

  it('needs no permission, also where Strapi would ask for one', async () => {
    await request(server.url)
      .get('/uploads/file.txt')
      .set('Authorization', 'Bearer no')
      .expect(200);
  });
});
