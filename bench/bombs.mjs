import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Small files that a server can process only with a lot of work, each `{ name, type, data }`. */
export async function bombs() {
  return [
    { name: 'png 16000², 1 bit', type: 'image/png', data: flatPng(16_000, 16_000) },
    { name: 'png 400 MP', type: 'image/png', data: flatPng(20_000, 20_000) },
    { name: 'gif 240 MP', type: 'image/gif', data: gif(2000, 2000, 60) },
    { name: 'gif 500 MP', type: 'image/gif', data: gif(2000, 2000, 125) },
    { name: 'svg filter', type: 'image/svg+xml', data: svg('4000', FILTER) },
    {
      name: 'svg 16000²',
      type: 'image/svg+xml',
      data: svg('16000', '<rect width="9" height="9"/>'),
    },
    { name: 'svg 260 000 elements', type: 'image/svg+xml', data: svg('4000', manyElements()) },
    { name: 'webp 100 MP', type: 'image/webp', data: await flatWebp() },
  ];
}

const FILTER =
  '<filter id="f" x="0" y="0" width="1" height="1"><feGaussianBlur stdDeviation="400"/>' +
  '<feTurbulence baseFrequency="0.9" numOctaves="50"/><feGaussianBlur stdDeviation="400"/></filter>' +
  '<rect width="4000" height="4000" filter="url(#f)"/>';

const svg = (side, content) =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${content}</svg>`
  );

const manyElements = () => '<rect x="1" y="2" width="3" height="400"/>'.repeat(260_000);

const flatWebp = () =>
  sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: 'red' } })
    .webp({ effort: 0 })
    .toBuffer();

/** A black PNG with one bit per pixel. */
function flatPng(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = Buffer.alloc((width / 8 + 1) * height);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(8);
  result.writeUInt32BE(data.length, 0);
  result.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([result.subarray(0, 4), named, result.subarray(4)]);
}

/** A GIF with frames of one colour. Each LZW code stands for one run of pixels (GIF89a, appendix F). */
function gif(width, height, frames) {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const head = Buffer.concat([
    Buffer.from('GIF89a'),
    size,
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
  ]);
  const data = lzwOfZeros(width * height);
  const blocks = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    blocks.push(Buffer.from([part.length]), part);
  }
  const frame = Buffer.concat([
    Buffer.from([0x21, 0xf9, 4, 0, 1, 0, 0, 0, 0x2c, 0, 0, 0, 0]),
    size,
    Buffer.from([0, 2]),
    ...blocks,
    Buffer.from([0]),
  ]);
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
}

/**
 * LZW codes for `count` zeros. The first code stands for one zero, and each next code for one zero more than the code
 * before it, until the code table is full.
 */
function lzwOfZeros(count) {
  const bits = [];
  const put = (code, length) => {
    for (let bit = 0; bit < length; bit += 1) {
      bits.push((code >> bit) & 1);
    }
  };
  const CLEAR = 4;
  let left = count;
  while (left > 0) {
    put(CLEAR, bits.length === 0 ? 3 : 12);
    let next = 6;
    let length = 3;
    put(0, length);
    left -= 1;
    for (let run = 2; left > 0 && next < 4095; run += 1) {
      const take = run <= left ? next : 0;
      put(take, length);
      left -= take === 0 ? 1 : run;
      next += 1;
      if (next === 2 ** length && length < 12) {
        length += 1;
      }
    }
    if (left === 0) {
      put(5, length);
    } else {
      while (length < 12) length += 1;
    }
  }
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => (bytes[index >> 3] |= bit << (index & 7)));
  return bytes;
}
