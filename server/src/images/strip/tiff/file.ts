import type { Stretch } from '../../heif/boxes';
import { PIECE, type Source } from '../../header/read-at';

/** An entry of a directory: a tag and its values (TIFF 6.0, section 2). */
export interface Entry {
  tag: number;
  /** The bytes of the entry in the directory. */
  raw: Buffer;
  type: number;
  /** Number of values. */
  count: number;
  /** Number of bytes of one value; 0 for an unknown type. */
  unit: number;
  /** Where the values are in the file. */
  values: Stretch;
  /** Whether the values are in the entry itself, and not elsewhere in the file. */
  isInline: boolean;
}

/** Position and width of a number in a block, in bytes. */
interface Field {
  at: number;
  width: number;
}

/** A directory of a TIFF, from the count of its entries to the offset of the next one. */
export interface Directory extends Stretch {
  entries: Entry[];
  /** Offset of the next directory; 0 if there is none. */
  next: number;
}

/** Number of bytes of a value of each type (TIFF 6.0, section 2; the types 16 to 18 belong to BigTIFF). */
const UNITS = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** Maximum number of entries of a directory. A real TIFF has a few dozen. */
const MOST_ENTRIES = 4096;

/**
 * Maximum number of values that are read as numbers, of all entries together. Such values are offsets and sizes of
 * strips and tiles.
 */
const MOST_NUMBERS = 1_000_000;

const CLASSIC = { entry: 12, count: 2, offset: 4, header: 8 };
const BIG = { entry: 20, count: 8, offset: 8, header: 16 };

/** Reads directories of a TIFF or BigTIFF, in either byte order. */
export class TiffFile {
  private numbersLeft = MOST_NUMBERS;

  private constructor(
    private readonly source: Source,
    private readonly isLittle: boolean,
    private readonly widths: typeof CLASSIC
  ) {}

  /**
   * Opens a TIFF.
   *
   * @throws RangeError if the file is no TIFF
   */
  static async open(source: Source): Promise<TiffFile> {
    const head = await source.read(0, 4);
    const isLittle = head.toString('latin1', 0, 2) === 'II';
    const version = isLittle ? head.readUInt16LE(2) : head.readUInt16BE(2);
    const isTiff = isLittle || head.toString('latin1', 0, 2) === 'MM';
    if (!isTiff || (version !== 42 && version !== 43)) {
      throw new RangeError('no TIFF header');
    }
    return new TiffFile(source, isLittle, version === 43 ? BIG : CLASSIC);
  }

  get header(): Stretch {
    return { from: 0, to: this.widths.header };
  }

  /** Offset of the first directory. */
  async first(): Promise<number> {
    const { header, offset } = this.widths;
    return this.unsigned(await this.source.read(header - offset, offset), 0, offset);
  }

  /** Returns the directory at an offset; null if there is no valid directory. */
  async directory(from: number): Promise<Directory | null> {
    const { source, widths } = this;
    if (from < widths.header || from + widths.count > source.size) {
      return null;
    }
    const count = this.unsigned(await source.read(from, widths.count), 0, widths.count);
    const begin = from + widths.count;
    const end = begin + count * widths.entry;
    if (count === 0 || count > MOST_ENTRIES || end > source.size) {
      return null;
    }
    // Decoders read a directory even if its last field, the offset of the next directory, is cut off (libtiff 4.7). No
    // directory follows it.
    const isCut = end + widths.offset > source.size;
    const to = isCut ? source.size : end + widths.offset;
    const bytes = Buffer.from(await source.read(begin, to - begin));
    const entries = Array.from({ length: count }, (_, index) => this.entry(bytes, begin, index));
    const next = isCut ? 0 : this.unsigned(bytes, end - begin, widths.offset);
    return { from, to, entries, next };
  }

  /**
   * The values of an entry as integers; null if their type is not an integer.
   *
   * @throws RangeError if there are too many values, counted together with all values that were read before
   */
  async numbers({ type, unit, count, values }: Entry): Promise<number[] | null> {
    if (![3, 4, 13, 16, 18].includes(type)) {
      return null;
    }
    const there = Math.min(count, Math.floor((values.to - values.from) / unit));
    this.numbersLeft -= there;
    if (this.numbersLeft < 0) {
      throw new RangeError('too many numbers in a TIFF');
    }
    const numbers: number[] = [];
    for (let at = values.from; numbers.length < there; at += PIECE) {
      const piece = await this.source.read(at, Math.min(PIECE, values.from + there * unit - at));
      if (piece.length < unit) {
        break;
      }
      for (let offset = 0; offset + unit <= piece.length; offset += unit) {
        numbers.push(this.unsigned(piece, offset, unit));
      }
    }
    return numbers;
  }

  /** The bytes of a directory with new entries, filled with zeros at the end. */
  rewritten({ from, to, next }: Directory, entries: readonly Buffer[]): Buffer {
    const { widths } = this;
    // The buffer has room for the offset of the next directory, even if the file ends before this offset is complete.
    const bytes = Buffer.alloc(to - from + widths.offset);
    this.put(bytes, entries.length, { at: 0, width: widths.count });
    const tagOf = (entry: Buffer) => this.unsigned(entry, 0, 2);
    const sorted = [...entries].sort((a, b) => tagOf(a) - tagOf(b));
    Buffer.concat(sorted).copy(bytes, widths.count);
    const end = widths.count + entries.length * widths.entry;
    this.put(bytes, next, { at: end, width: widths.offset });
    return bytes.subarray(0, to - from);
  }

  /** Whether a text of this many bytes fits into its entry. */
  fitsInline = (bytes: number): boolean => bytes <= this.widths.offset;

  /** An entry that contains a text, or the offset of the text. */
  textEntry(tag: number, text: Buffer, at: number): Buffer {
    const { entry, offset } = this.widths;
    const ASCII = 2;
    const bytes = Buffer.alloc(entry);
    this.put(bytes, tag, { at: 0, width: 2 });
    this.put(bytes, ASCII, { at: 2, width: 2 });
    this.put(bytes, text.length, { at: 4, width: offset });
    if (this.fitsInline(text.length)) {
      text.copy(bytes, entry - offset);
    } else {
      this.put(bytes, at, { at: entry - offset, width: offset });
    }
    return bytes;
  }

  private entry(bytes: Buffer, begin: number, index: number): Entry {
    const { entry: length, offset } = this.widths;
    const start = index * length;
    const raw = bytes.subarray(start, start + length);
    const type = this.unsigned(raw, 2, 2);
    const count = this.unsigned(raw, 4, offset);
    const unit = UNITS[type] ?? 0;
    const isInline = count * unit <= offset;
    const at = isInline
      ? begin + start + length - offset
      : this.unsigned(raw, length - offset, offset);
    const { size } = this.source;
    const from = Math.min(at, size);
    const values = { from, to: Math.min(from + count * unit, size) };
    return { tag: this.unsigned(raw, 0, 2), raw, type, count, unit, values, isInline };
  }

  private unsigned(bytes: Buffer, at: number, width: number): number {
    if (width === 8) {
      return Number(this.isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    }
    return this.isLittle ? bytes.readUIntLE(at, width) : bytes.readUIntBE(at, width);
  }

  private put(bytes: Buffer, value: number, { at, width }: Field): void {
    if (width === 8) {
      bytes[this.isLittle ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](BigInt(value), at);
    } else {
      bytes[this.isLittle ? 'writeUIntLE' : 'writeUIntBE'](value, at, width);
    }
  }
}
