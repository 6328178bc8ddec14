import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { pngChunk, PNG_SIGNATURE } from '../header/png-chunk';

/**
 * Maximum number of pixels of an image for which a palette is tried: a screen of 1920 × 1080. Counting its colours
 * takes about 20 ms.
 */
export const MOST_FLAT = 2 ** 21;

/** Maximum number of colours of a palette (PNG, third edition, section 11.2.2). */
const MOST_COLOURS = 256;

const BYTES = 4;

/** Pixels of four channels, one byte each. */
export interface RawPixels {
  data: Buffer;
  width: number;
  height: number;
}

/**
 * Encodes a drawing of at most 256 colours as a PNG with a palette, without loss. The palettes of libvips may change
 * colours.
 *
 * @returns null if there are more colours
 */
export async function flatPng({ data, width, height }: RawPixels): Promise<Buffer | null> {
  const colours = new Map<number, number>();
  const indices = indicesOf(data, colours);
  if (!indices) {
    return null;
  }
  const bits = [1, 2, 4].find((few) => colours.size <= 2 ** few) ?? 8;
  const rows = packed(indices, { width, height, bits });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(bits, 8);
  header.writeUInt8(PALETTE, 9);
  const { palette, alphas } = tablesOf([...colours.keys()]);
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('PLTE', palette),
    ...(alphas.length > 0 ? [pngChunk('tRNS', alphas)] : []),
    pngChunk('IDAT', await promisify(deflate)(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Value of the colour type in IHDR for a palette. */
const PALETTE = 3;

/** Numbers the colours in order of appearance; null if there are too many. */
function indicesOf(data: Buffer, colours: Map<number, number>): Uint8Array | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const indices = new Uint8Array(data.length / BYTES);
  let last = -1;
  let lastIndex = 0;
  for (let pixel = 0; pixel < indices.length; pixel += 1) {
    const colour = view.getUint32(pixel * BYTES);
    if (colour !== last) {
      const known = colours.get(colour);
      if (known === undefined && colours.size === MOST_COLOURS) {
        return null;
      }
      lastIndex = known ?? colours.size;
      colours.set(colour, lastIndex);
      last = colour;
    }
    indices[pixel] = lastIndex;
  }
  return indices;
}

/** Returns the rows of pixels, each after its filter byte. The filter "none" suits palettes best (section 12.7). */
function packed(
  indices: Uint8Array,
  { width, height, bits }: { width: number; height: number; bits: number }
): Buffer {
  const perByte = 8 / bits;
  const stride = 1 + Math.ceil(width / perByte);
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * stride + 1 + Math.floor(x / perByte);
      const index = indices[y * width + x] ?? 0;
      rows[at] = (rows[at] ?? 0) | (index << (8 - bits - (x % perByte) * bits));
    }
  }
  return rows;
}

/**
 * Returns two tables: red, green and blue of each colour, and the opacity of each colour. Opaque values at the end of
 * the second table can be omitted (section 11.3.1.1).
 */
function tablesOf(colours: number[]) {
  const palette = Buffer.alloc(colours.length * 3);
  const alphas = Buffer.alloc(colours.length);
  colours.forEach((colour, index) => {
    palette.writeUIntBE(colour >>> 8, index * 3, 3);
    alphas[index] = colour & 0xff;
  });
  const last = alphas.findLastIndex((alpha) => alpha !== 0xff);
  return { palette, alphas: alphas.subarray(0, last + 1) };
}
