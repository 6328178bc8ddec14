import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { quarters } from './pixels';
import * as samples from './samples';

/** An image that is damaged or too large, or whose header is false. */
export interface BadPicture {
  name: string;
  data: Buffer;
  /**
   * Width and height that the row must have if the server stores the file. Without `size`, the row may have any or
   * none.
   */
  size?: [width: number, height: number];
}

const ENCODERS: Record<string, (image: Sharp) => Sharp> = {
  jpg: (image) => image.jpeg(),
  png: (image) => image.png(),
  webp: (image) => image.webp(),
  gif: (image) => image.gif(),
  avif: (image) => image.avif({ effort: 0 }),
  tiff: (image) => image.tiff(),
};

/** Images of every format that are cut off or have flipped bits, and images whose headers are false or too large. */
export async function badPictures(): Promise<BadPicture[]> {
  const damaged = await Promise.all(
    Object.entries(ENCODERS).map(async ([ext, encode]) =>
      damage(ext, await encode(quarters(640, 480)).toBuffer())
    )
  );
  return [...damaged.flat(), ...(await strange()), ...bombs()];
}

function damage(ext: string, data: Buffer): BadPicture[] {
  const cut = [0.02, 0.5, 0.95].map((part) => ({
    name: `cut at ${part}.${ext}`,
    data: data.subarray(0, Math.max(16, Math.floor(data.length * part))),
  }));
  const flipped = [0.1, 0.6].map((part) => ({
    name: `flipped at ${part}.${ext}`,
    data: flip(data, part),
  }));
  return [...cut, ...flipped];
}

/** Copies an image and inverts all bits of sixteen bytes. `part` is their position, from 0 (start) to 1 (end). */
function flip(data: Buffer, part: number): Buffer {
  const copy = Buffer.from(data);
  const start = Math.floor(data.length * part);
  for (let at = start; at < Math.min(start + 16, copy.length); at += 1) {
    copy[at]! ^= 0xff;
  }
  return copy;
}

async function strange(): Promise<BadPicture[]> {
  const jpeg = await quarters(640, 480).jpeg().toBuffer();
  const flat = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: 'red' } });
  const svg = (content: string) =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">${content}</svg>`);
  return [
    { name: 'wrong extension.png', data: jpeg, size: [640, 480] },
    { name: 'text.jpg', data: Buffer.from('no picture at all') },
    { name: 'only a signature.png', data: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') },
    { name: 'only a marker.jpg', data: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) },
    { name: 'no pixels.png', data: png(0, 0) },
    { name: 'no height.gif', data: Buffer.from('GIF89a\x10\x00\x00\x00\x80\x00\x00;', 'latin1') },
    { name: 'lying header.png', data: png(60_000, 60_000), size: [60_000, 60_000] },
    { name: 'lying header.jpg', data: jpegOfSize(jpeg, 60_000, 60_000) },
    {
      name: 'print.jpg',
      data: await quarters(640, 480).toColourspace('cmyk').jpeg().toBuffer(),
      size: [640, 480],
    },
    { name: 'one pixel.png', data: await flat(1, 1).png().toBuffer(), size: [1, 1] },
    { name: 'one pixel.jpg', data: await flat(1, 1).jpeg().toBuffer(), size: [1, 1] },
    { name: 'thread.png', data: await flat(1, 30_000).png().toBuffer(), size: [1, 30_000] },
    { name: 'thread.jpg', data: await flat(30_000, 1).jpeg().toBuffer(), size: [30_000, 1] },
    {
      name: 'bad exif.jpg',
      data: withExif(jpeg, Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1')),
      size: [640, 480],
    },
    { name: 'bad orientation.jpg', data: withExif(jpeg, orientation(200)), size: [640, 480] },
    {
      name: 'rest behind its end.jpg',
      data: Buffer.concat([jpeg, Buffer.alloc(5000, 7)]),
      size: [640, 480],
    },
    { name: 'photo.heic', data: samples.heic(), size: [320, 240] },
    { name: 'cut.heic', data: samples.heic().subarray(0, 200) },
    { name: 'nested.svg', data: svg('<svg width="9" height="9">'.repeat(5000)) },
    { name: 'without size.svg', data: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
    { name: 'no end.svg', data: Buffer.from('<svg width="1') },
    {
      name: 'entities.svg',
      data: Buffer.from(
        `<!DOCTYPE svg [<!ENTITY a "${'b'.repeat(99)}">]><svg width="8" height="8">&a;</svg>`
      ),
      size: [8, 8],
    },
  ];
}

function bombs(): BadPicture[] {
  return [
    {
      name: 'flat.png',
      data: png(16_000, 16_000, Buffer.alloc(2001 * 16_000)),
      size: [16_000, 16_000],
    },
    {
      name: 'filter.svg',
      data: Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="9000"><filter id="f"><feGaussianBlur stdDeviation="999"/></filter><rect width="9000" height="9000" filter="url(#f)"/></svg>'
      ),
      size: [9000, 9000],
    },
  ];
}

/** A PNG with one bit per pixel. */
function png(width: number, height: number, rows = Buffer.alloc(10)): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A chunk of a PNG with its length and checksum. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const edges = Buffer.alloc(8);
  edges.writeUInt32BE(data.length, 0);
  edges.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([edges.subarray(0, 4), named, edges.subarray(4)]);
}

/** A copy of a JPEG with another width and height in its header (SOF0). */
function jpegOfSize(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
  copy.writeUInt16BE(height, at + 5);
  copy.writeUInt16BE(width, at + 7);
  return copy;
}

function withExif(jpeg: Buffer, tiff: Buffer): Buffer {
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  head.writeUInt16BE(tiff.length + 8, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, tiff, jpeg.subarray(2)]);
}

function orientation(value: number): Buffer {
  const tiff = Buffer.from(
    'II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0',
    'latin1'
  );
  tiff.writeUInt16LE(value, 18);
  return tiff;
}
