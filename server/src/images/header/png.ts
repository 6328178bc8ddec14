import { PNG_SIGNATURE } from './png-chunk';
import type { ReadAt } from './read-at';
import type { Header } from './header';

/** Maximum number of chunks that are read before the pixels. */
const MOST_CHUNKS = 10_000;

/** Length of the header of a zlib stream, in bytes. The header contains no pixels (RFC 1950, section 2.2). */
const ZLIB_HEADER = 2;

/** Reads the IHDR of a PNG (PNG, third edition, section 11.2.1). */
export async function pngHeader(read: ReadAt, size: number): Promise<Header | null> {
  const head = await read(0, 24);
  if (!head.subarray(0, 8).equals(PNG_SIGNATURE) || head.toString('latin1', 12, 16) !== 'IHDR') {
    return null;
  }
  const frame = { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  let at = PNG_SIGNATURE.length;
  for (let count = 0; at < size && count < MOST_CHUNKS; count += 1) {
    const chunk = await read(at, 8);
    const length = chunk.readUInt32BE(0);
    if (chunk.toString('latin1', 4) === 'IDAT') {
      return { ...frame, hasPixels: Math.min(length, size - at - 8) > ZLIB_HEADER };
    }
    at += 12 + length;
  }
  return { ...frame, hasPixels: false };
}
