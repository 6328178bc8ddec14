import { neededExif } from '../header/exif';
import { pngChunk } from '../header/png-chunk';
import type { Source } from '../header/read-at';
import type { Apart, Own } from './apart';
import { Found } from './found';
import { isWhole, Kept, withInserted, type Part } from './parts';
import { isTextChunk, PngTexts } from './png-texts';

/** Chunks that stay: pixels, colours, resolution, frames (PNG, third edition, 11), and two chunks of Apple. */
const STAY = new Set(
  (
    'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD hIST pHYs sPLT cICP mDCV cLLI ' +
    'acTL fcTL fdAT iDOT CgBI'
  ).split(' ')
);

const SIGNATURE_BYTES = 8;

/**
 * Number of bytes of length and type before a chunk's data, and number of bytes of length, type and checksum together.
 * The checksum follows the data.
 */
const HEAD_BYTES = 8;
const AROUND_BYTES = 12;

/**
 * Maximum number of chunks that are read. Programs write pixels in chunks of 8 kB: this allows about 250 MB of pixels.
 */
const MOST_CHUNKS = 30_000;

/**
 * Splits a PNG. Private chunks may also follow the pixels. Bytes after the last chunk are removed.
 *
 * @throws RangeError if chunks are malformed
 */
export async function takePngApart({ read, size }: Source): Promise<Apart> {
  const found = new Found();
  const texts = new PngTexts(read, found);
  const kept = new Kept();
  kept.keep(0, SIGNATURE_BYTES);
  let afterHeader = 0;
  let isOver = false;
  let at = SIGNATURE_BYTES;
  for (let count = 0; at < size && !isOver; count += 1) {
    if (count === MOST_CHUNKS) {
      throw new RangeError('too many PNG chunks');
    }
    const head = await read(at, HEAD_BYTES);
    const to = Math.min(at + AROUND_BYTES + head.readUInt32BE(0), size);
    const type = head.toString('latin1', 4);
    const data = { from: at + HEAD_BYTES, to: Math.max(at + HEAD_BYTES, to - 4) };
    if (STAY.has(type) || (isTextChunk(type) && (await texts.stays(type, data)))) {
      kept.keep(at, to);
    } else if (type === 'eXIf') {
      await found.read('exif', read, data);
    }
    afterHeader = type === 'IHDR' ? to : afterHeader;
    isOver = type === 'IEND';
    at = to;
  }
  if (afterHeader === 0) {
    throw new RangeError('no PNG header');
  }
  const parts = (own: Own) =>
    isWhole(kept.parts, size) ? null : withOwn(kept.parts, afterHeader, own);
  return { found, complete: true, parts };
}

/** Inserts the EXIF block before the pixels, so that progressive readers find the orientation in time. */
function withOwn(parts: readonly Part[], afterHeader: number, own: Own): Part[] {
  const exif = neededExif(own);
  return exif ? withInserted(parts, afterHeader, pngChunk('eXIf', exif)) : [...parts];
}
