import type { ReadAt } from './read-at';
import type { Header } from './header';

/** Maximum number of segments before the pixels, and of stray bytes between two segments. */
const MOST_SEGMENTS = 10_000;
const MOST_STRAY_BYTES = 64 * 1024;

const START_OF_SCAN = 0xda;

/**
 * Whether a marker is one of SOF0 to SOF15. DHT, JPG and DAC have numbers in the same range but begin no frames (ITU-T
 * T.81, table B.1).
 */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Reads the frame header of a JPEG. Skips stray bytes between two segments, as decoders do. */
export async function jpegHeader(read: ReadAt, size: number): Promise<Header | null> {
  if ((await read(0, 2)).readUInt16BE(0) !== 0xffd8) {
    return null;
  }
  let frame = { width: 0, height: 0 };
  let at = 2;
  for (let count = 0; count < MOST_SEGMENTS; count += 1) {
    at += await strayBytes(read, at);
    const head = await read(at, 9);
    const marker = head.readUInt8(1);
    const length = head.readUInt16BE(2);
    if (isFrame(marker)) {
      frame = { height: head.readUInt16BE(5), width: head.readUInt16BE(7) };
    }
    at += 2 + length;
    if (marker === START_OF_SCAN) {
      return { ...frame, hasPixels: size > at };
    }
  }
  return null;
}

/** Number of bytes before the next marker. Several `0xff` before a marker are padding (B.1.1.2). */
async function strayBytes(read: ReadAt, at: number): Promise<number> {
  const bytes = await read(at, 16);
  const isMarker = (found: Buffer, index: number) =>
    found[index] === 0xff && ![0x00, 0xff, undefined].includes(found[index + 1]);
  if (isMarker(bytes, 0)) {
    return 0;
  }
  const more = await read(at, MOST_STRAY_BYTES);
  for (let index = 0; index + 1 < more.length; index += 1) {
    if (isMarker(more, index)) {
      return index;
    }
  }
  throw new RangeError('no JPEG segment');
}
