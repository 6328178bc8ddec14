import { gzipSync } from 'node:zlib';
import request from 'supertest';
import sharp from 'sharp';
import { sendFile } from '../support/api';
import { expectNothingLeftOver } from '../support/consistency';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';
import { stateOf } from '../support/state';

let server: Server;
const upload = (name: string, content: Buffer, contentType?: string) =>
  sendFile(server, name, content, { contentType });
const fetchStored = (url: string) => request(server.url).get(url).buffer(true).expect(200);
const setSecurity = (settings: Record<string, unknown>) =>
  server.inside(
    (strapi, settings) => void strapi.config.set('plugin::upload.security', settings),
    settings
  );

beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
});
afterAll(() => server.stop());

const DRAWING =
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6" onload="alert(1)"><g/></svg>';
const PACKED = gzipSync(DRAWING);

describe('a packed SVG', () => {
  afterEach(() => setSecurity({ svg: 'sanitize' }));

  it.each([
    ['a.svgz', undefined],
    ['a.SVGZ', 'image/svg+xml'],
    ['a.svg', undefined],
    ['a', 'image/svg+xml'],
    ['a.gz', 'image/svg+xml'],
  ])('named %s is stored unpacked and safe', async (name, type) => {
    const { body } = await upload(name, PACKED, type).expect(201);
    expect(body[0]).toMatchObject({ mime: 'image/svg+xml', ext: '.svg', width: 8, height: 6 });
    const { body: bytes, headers } = await fetchStored(body[0].url);
    expect(headers['content-type']).toBe('image/svg+xml');
    expect(String(bytes)).not.toContain('alert');
    expect(String(bytes)).toMatch(/^<svg /);
  });

  it('is kept unpacked where SVGs are kept', async () => {
    await setSecurity({ svg: 'keep' });
    const { body } = await upload('a.svgz', PACKED).expect(201);
    expect(body[0].ext).toBe('.svg');
    expect(String((await fetchStored(body[0].url)).body)).toBe(DRAWING);
  });

  it('is refused where SVGs are', async () => {
    await setSecurity({ svg: 'reject' });
    const { body } = await upload('a.svgz', PACKED).expect(400);
    expect(body.error.details.errors).toMatchObject([{ file: 'a.svgz', code: 'UNSAFE_SVG' }]);
  });

  it.each([
    [{ allowedTypes: ['image/svg+xml'] }, 201],
    [{ allowedTypes: ['application/gzip'] }, 400],
    [{ deniedTypes: ['image/svg+xml'] }, 400],
    [{ deniedTypes: ['application/gzip'] }, 400],
  ])('counts as an SVG for %j', async (policy, status) => {
    await setSecurity(policy);
    await upload('a.svgz', PACKED).expect(status);
  });

  it.each([
    ['with more bytes than an SVG may have', gzipSync(`${DRAWING}${' '.repeat(6_000_000)}`)],
    ['that breaks off', PACKED.subarray(0, -9)],
    ['with a wrong sum', Buffer.concat([PACKED.subarray(0, -8), Buffer.alloc(8)])],
    ['that is kept, with too many bytes', gzipSync(`${DRAWING}${' '.repeat(6_000_000)}`), 'keep'],
  ])('%s is refused, and nothing of it is kept', async (_what, content, svg = 'sanitize') => {
    await setSecurity({ svg });
    const before = await stateOf(server);
    const { body } = await upload('a.svgz', content).expect(400);
    expect(body.error.details.errors).toMatchObject([{ file: 'a.svgz', code: 'UNSAFE_SVG' }]);
    expect(await stateOf(server)).toEqual(before);
    await expectNothingLeftOver(server);
  });

  it.each([['words'], ['<html><svg/></html>'], ['']])(
    'that holds %j is a gzip',
    async (content) => {
      const packed = gzipSync(content);
      const { body } = await upload('a.svgz', packed, 'image/svg+xml').expect(201);
      expect(body[0]).toMatchObject({ mime: 'application/gzip', ext: '.gz' });
      expect((await fetchStored(body[0].url)).body).toEqual(packed);
    }
  );
});

describe('a file', () => {
  it('whose directory lies far behind is served as a TIFF', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const;
    const tiff = await sharp({
      create: { width: 99, height: 99, channels: 3, background: 'red', noise },
    })
      .tiff({ compression: 'none' })
      .toBuffer();
    // libvips has written the TIFF directory after the pixels.
    expect(tiff.readUInt32LE(4)).toBeGreaterThan(4100);
    const { body } = await upload('a.tif', tiff).expect(201);
    const { headers } = await fetchStored(body[0].url);
    expect([body[0].mime, headers['content-type']]).toEqual(['image/tiff', 'image/tiff']);
    expect(headers['content-disposition']).toBeUndefined();
  });

  it.each([
    [
      'UTF-16 with a mark',
      Buffer.from('\ufeffMZ; a text', 'utf16le'),
      'text/plain; charset=utf-16',
    ],
    ['UTF-16', Buffer.from('BMW; a text', 'utf16le'), 'text/plain; charset=utf-16le'],
    ['Latin-1', Buffer.from('GIF or caf\u00e9', 'latin1'), 'text/plain'],
    ['UTF-8', Buffer.from('GIF or café'), 'text/plain; charset=utf-8'],
  ])('of %s is served as such a text', async (_what, content, type) => {
    const { body } = await upload('notes.txt', content, 'text/plain').expect(201);
    expect(body[0]).toMatchObject({ mime: 'text/plain', ext: '.txt' });
    expect((await fetchStored(body[0].url)).headers['content-type']).toBe(type);
  });

  it('of sound whose tracks lie far behind is told by more bytes than others', async () => {
    const box = (name: string, ...content: Buffer[]) => {
      const inner = Buffer.concat(content);
      const size = Buffer.alloc(4);
      size.writeUInt32BE(inner.length + 8);
      return Buffer.concat([size, Buffer.from(name), inner]);
    };
    const handler = box('hdlr', Buffer.alloc(8), Buffer.from('soun'), Buffer.alloc(12));
    const sound = Buffer.concat([
      box('ftyp', Buffer.from('isom\0\0\0\0isom')),
      box('free', Buffer.alloc(30_000)),
      box('moov', box('trak', box('mdia', handler))),
      box('mdat', Buffer.alloc(90_000)),
    ]);
    for (const name of ['a.mp4', 'a']) {
      const { body } = await upload(name, sound, 'video/mp4').expect(201);
      const { headers } = await fetchStored(body[0].url);
      expect([body[0].mime, headers['content-type']]).toEqual(['audio/mp4', 'audio/mp4']);
    }
  });

  it('that is an archive named as a program of the server is stored as an archive', async () => {
    const zip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');
    const { body } = await upload('shell.php', zip).expect(201);
    expect(body[0]).toMatchObject({ name: 'shell.php', ext: '.zip', mime: 'application/zip' });
    expect(body[0].url).toMatch(/\.zip$/);
  });
});
