import type { ReadAt } from './read-at';
import type { Header } from './header';

/**
 * Tags of TIFF 6.0 that are read: the sizes, the compression, and the tags that say where strips, tiles or an old JPEG
 * stream begin.
 */
const WIDTH = 0x0100;
const HEIGHT = 0x0101;
const COMPRESSION = 0x0103;
const OFFSETS = new Set([0x0111, 0x0144, 0x0201]);

const WANTED = new Set([WIDTH, HEIGHT, COMPRESSION, ...OFFSETS]);

/**
 * Sizes in bytes of the types that the values of these tags may have. All types that are missing here count as LONG
 * (section 2; LONG8 and IFD8 of BigTIFF).
 */
const TYPE_BYTES: Record<number, number> = { 3: 2, 16: 8, 18: 8 };
const LONG_BYTES = 4;

const MOST_ENTRIES = 4096;

/** Compressions that libtiff always supports: none, CCITT, LZW, JPEG, Deflate, PackBits. Some have two numbers. */
const USUAL_COMPRESSIONS = [1, 2, 3, 4, 5, 7, 8, 32773, 32946];

/** How a TIFF stores numbers: an offset has four bytes in classic TIFF, eight in BigTIFF. */
class Layout {
  /** Number of bytes of an offset. The count of an entry's values has the same number of bytes. */
  readonly offsetBytes: number;

  constructor(
    private readonly isLittle: boolean,
    readonly isBig: boolean
  ) {
    this.offsetBytes = isBig ? 8 : 4;
  }

  /**
   * Reads a number of some bytes.
   *
   * @throws RangeError if the block is too short, or the number is too large for an offset
   */
  number(block: Buffer, at: number, bytes: number): number {
    if (bytes < 8) {
      return this.isLittle ? block.readUIntLE(at, bytes) : block.readUIntBE(at, bytes);
    }
    const value = Number(this.isLittle ? block.readBigUInt64LE(at) : block.readBigUInt64BE(at));
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new RangeError('too large an offset');
    }
    return value;
  }

  /** @throws RangeError as `number` does */
  offset(block: Buffer, at: number): number {
    return this.number(block, at, this.offsetBytes);
  }
}

/** Reads the first directory of a TIFF (TIFF 6.0, section 2), whatever the compression of its pixels. */
export async function tiffHeader(read: ReadAt, size: number): Promise<Header | null> {
  const head = await read(0, 16);
  const order = head.toString('latin1', 0, 2);
  const isLittle = order === 'II';
  const version = isLittle ? head.readUInt16LE(2) : head.readUInt16BE(2);
  if ((!isLittle && order !== 'MM') || (version !== 42 && version !== 43)) {
    return null;
  }
  const layout = new Layout(isLittle, version === 43);
  const entries = await directory(read, layout, layout.offset(head, layout.isBig ? 8 : 4));
  const width = entries.get(WIDTH);
  const height = entries.get(HEIGHT);
  const starts = [...OFFSETS].flatMap((tag) => entries.get(tag) ?? []);
  return width && height
    ? {
        width,
        height,
        hasPixels: starts.some((start) => start > 0 && start < size),
        isUsual: USUAL_COMPRESSIONS.includes(entries.get(COMPRESSION) ?? 1),
      }
    : null;
}

/** The value of each wanted tag; the first value if a tag has several. */
async function directory(
  read: ReadAt,
  layout: Layout,
  start: number
): Promise<Map<number, number>> {
  const counted = await read(start, 8);
  const count = layout.number(counted, 0, layout.isBig ? 8 : 2);
  if (count > MOST_ENTRIES) {
    throw new RangeError('too many TIFF entries');
  }
  const bytes = layout.isBig ? 20 : 12;
  const from = start + (layout.isBig ? 8 : 2);
  const block = await read(from, count * bytes);
  const values = new Map<number, number>();
  for (let at = 0; at + bytes <= block.length; at += bytes) {
    const tag = layout.number(block, at, 2);
    if (WANTED.has(tag)) {
      values.set(tag, await firstValue(read, layout, block.subarray(at, at + bytes)));
    }
  }
  return values;
}

/** Reads the first value of an entry. Values that need more bytes than an offset are stored outside the entry. */
async function firstValue(read: ReadAt, layout: Layout, entry: Buffer): Promise<number> {
  const bytes = TYPE_BYTES[layout.number(entry, 2, 2)] ?? LONG_BYTES;
  const count = layout.number(entry, 4, layout.offsetBytes);
  const value = 4 + layout.offsetBytes;
  if (count * bytes <= layout.offsetBytes) {
    return layout.number(entry, value, bytes);
  }
  return layout.number(await read(layout.offset(entry, value), bytes), 0, bytes);
}
