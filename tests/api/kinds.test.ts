import request from 'supertest';
import sharp from 'sharp';
import { bytesAt, storeFile } from '../support/api';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { noise } from '../support/planted';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

let server: Server;
const upload = (name: string, content: Buffer, contentType?: string) =>
  storeFile(server, name, content, { contentType });
const fetchBytes = (url: string) => bytesAt(server, url);

beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, UPLOAD_ACTIONS);
});
afterAll(() => server.stop());

describe('pictures', () => {
  it('get a thumbnail and each breakpoint they are larger than', async () => {
    const file = await upload('photo.jpg', await samples.jpeg({ width: 1600, height: 1200 }));
    expect(file).toMatchObject({ width: 1600, height: 1200, ext: '.jpg', mime: 'image/jpeg' });
    const sizes = Object.entries(file.formats as Record<string, { width: number; height: number }>);
    expect(
      Object.fromEntries(sizes.map(([key, { width, height }]) => [key, [width, height]]))
    ).toEqual({
      large: [1000, 750],
      medium: [750, 563],
      small: [500, 375],
      thumbnail: [208, 156],
    });
  });

  it('describe each format truthfully', async () => {
    const { formats, hash, name } = await upload('photo.jpg', await samples.jpeg());
    const { url, ...small } = formats.small;
    const bytes = await fetchBytes(url);
    const { width, height, format } = await sharp(bytes).metadata();
    expect(format).toBe('jpeg');
    expect(small).toEqual({
      name: `small_${name}`,
      hash: `small_${hash}`,
      ext: '.jpg',
      mime: 'image/jpeg',
      path: null,
      width,
      height,
      size: Math.round(bytes.length / 10) / 100,
      sizeInBytes: bytes.length,
    });
  });

  it('of 250×160 get only a thumbnail, smaller ones none', async () => {
    const file = await upload('250.png', await samples.png({ width: 250, height: 160 }));
    expect(Object.keys(file.formats)).toEqual(['thumbnail']);
    expect(
      (await upload('tiny.png', await samples.png({ width: 9, height: 9 }))).formats
    ).toBeNull();
  });

  it('held sideways keep orientation tag and pixels, and get upright formats', async () => {
    const sideways = await samples.jpeg({ width: 1600, height: 1200, orientation: 6 });
    const file = await upload('sideways.jpg', sideways);
    const original = await sharp(await fetchBytes(file.url)).metadata();
    expect(original).toMatchObject({ width: 1600, height: 1200, orientation: 6 });
    expect(file).toMatchObject({ width: 1200, height: 1600 });
    expect(file.formats.large).toMatchObject({ width: 750, height: 1000 });
    const large = await sharp(await fetchBytes(file.formats.large.url)).metadata();
    expect(large.orientation ?? 1).toBe(1);
    expect([large.width, large.height]).toEqual([750, 1000]);
  });

  it('are kept byte for byte where the optimised original would be larger', async () => {
    const small = await noise(640, 480).jpeg({ quality: 30 }).toBuffer();
    const file = await upload('small.jpg', small);
    expect((await fetchBytes(file.url)).equals(small)).toBe(true);
  });

  it.each([
    ['alpha.png', samples.png, 'image/png', 600, 400],
    ['photo.webp', samples.webp, 'image/webp', 640, 480],
    ['photo.avif', samples.avif, 'image/avif', 640, 480],
    ['photo.tiff', samples.tiff, 'image/tiff', 640, 480],
  ])('%s has its size, type and formats', async (name, make, mime, width, height) => {
    const file = await upload(name, await make());
    expect(file).toMatchObject({ mime, width, height });
    expect(Object.keys(file.formats).sort()).toEqual(['small', 'thumbnail']);
    const { hasAlpha } = await sharp(await fetchBytes(file.formats.small.url)).metadata();
    expect(hasAlpha).toBe(name === 'alpha.png');
  });

  it('animated.gif keeps its frames in every format', async () => {
    const file = await upload('animated.gif', await samples.animatedGif());
    expect(file).toMatchObject({ mime: 'image/gif', width: 400, height: 300 });
    const { pages } = await sharp(await fetchBytes(file.formats.thumbnail.url)).metadata();
    expect(pages).toBe(3);
    expect(file.formats.thumbnail).toMatchObject({ width: 208, height: 156 });
  });

  it('photo.heic is stored as it is, without formats', async () => {
    const file = await upload('photo.heic', samples.heic());
    expect(file).toMatchObject({ mime: 'image/heic', formats: null });
    expect((await fetchBytes(file.url)).equals(samples.heic())).toBe(true);
  });

  it('drawing.svg has its size, and is stored without formats', async () => {
    const file = await upload('drawing.svg', samples.svg());
    expect(file).toMatchObject({ mime: 'image/svg+xml', width: 320, height: 200, formats: null });
    expect(String(await fetchBytes(file.url))).toMatch(/^<svg [^>]*width="320"/);
  });

  it('that have no pixels are refused with 400, and nothing of them is kept', async () => {
    const before = await server.uploaded();
    const broken = await samples.jpegWithoutPixels();
    const { status, body } = await request(server.url)
      .post('/api/upload')
      .attach('files', broken, 'broken.jpg');
    expect(status).toBe(400);
    expect(body.error.details.errors).toMatchObject([
      { file: 'broken.jpg', code: 'INVALID_IMAGE' },
    ]);
    expect(await server.uploaded()).toEqual(before);
  });
});

describe('other files', () => {
  it.each([
    ['paper.pdf', samples.pdf, 'application/pdf'],
    ['clip.mp4', samples.mp4, 'video/mp4'],
    ['table.csv', samples.csv, 'text/csv'],
  ])('%s is stored byte for byte with its type', async (name, make, mime) => {
    const file = await upload(name, make());
    expect(file).toMatchObject({ name, mime, width: null, height: null, formats: null });
    expect((await fetchBytes(file.url)).equals(make())).toBe(true);
  });
});

describe('types', () => {
  it('are those of the bytes, whatever name and client say', async () => {
    const file = await upload('really.txt', await samples.png(), 'application/pdf');
    expect(file.mime).toBe('image/png');
  });

  it('fall back to the name where the bytes do not tell', async () => {
    expect((await upload('a.css', Buffer.from('a{}'), 'text/plain')).mime).toBe('text/css');
  });

  it('fall back to the client’s word last', async () => {
    expect((await upload('noext', Buffer.from('hi'), 'text/markdown')).mime).toBe('text/markdown');
    expect(await upload('noext', Buffer.from('hi'), 'not a type')).toMatchObject({
      mime: 'text/plain',
    });
  });
});
