import type { Stretch } from '../../heif/boxes';
import type { Source } from '../../header/read-at';
import type { Directory, Entry, TiffFile } from './file';
import { TAG } from './tags';

/**
 * Pairs of tags. The first tag holds the offsets of the pieces of pixels, the second tag the number of bytes of each
 * piece.
 */
const PLACES = [
  [TAG.stripOffsets, TAG.stripBytes],
  [TAG.tileOffsets, TAG.tileBytes],
  [TAG.jpegOffset, TAG.jpegBytes],
] as const;

/** Tables of the old kind of JPEG, and the largest size of each in bytes (TIFF 6.0, section 22). */
const TABLES = [
  [TAG.jpegQuantization, 64],
  [TAG.jpegDc, 16 + 17],
  [TAG.jpegAc, 16 + 256],
] as const;

const UNCOMPRESSED = 1;

/**
 * Returns where the pixels of a page are. If a size is missing or impossible, decoders guess it, so everything that
 * follows counts as pixels.
 *
 * @throws RangeError for too many strips or tiles
 */
export async function pixelsOf(
  { entries }: Directory,
  file: TiffFile,
  { size }: Source
): Promise<Stretch[]> {
  const numbers = async (tag: number): Promise<number[]> => {
    const entry = entries.find((one: Entry) => one.tag === tag);
    return (entry && (await file.numbers(entry))) ?? [];
  };
  const first = async (tag: number) => (await numbers(tag))[0];
  const stretch = (from: number, bytes: number | undefined): Stretch => ({
    from: Math.min(from, size),
    to: bytes ? Math.min(from + bytes, size) : size,
  });

  const all: Stretch[][] = [];
  for (const [offsetsTag, bytesTag] of PLACES) {
    const offsets = await numbers(offsetsTag);
    const bytes = await numbers(bytesTag);
    all.push(offsets.map((offset, index) => stretch(offset, bytes[index])));
  }
  for (const [tag, bytes] of TABLES) {
    all.push((await numbers(tag)).map((offset) => stretch(offset, bytes)));
  }
  // Leaves out omitted tiles. Their offset is 0, where the header is.
  const found = all.flat().filter(({ from }) => from > 0);
  const [only] = found;
  if (only && found.length === 1 && ((await first(TAG.compression)) ?? 1) === UNCOMPRESSED) {
    // For a single strip, decoders ignore a size that is too small.
    const [width = 0, height = 0] = [await first(TAG.width), await first(TAG.height)];
    const bits = ((await first(TAG.bits)) ?? 1) * ((await first(TAG.samples)) ?? 1);
    const bytes = Math.ceil((width * bits) / 8) * height;
    only.to = Math.max(only.to, Math.min(only.from + bytes, size));
  }
  return found;
}
