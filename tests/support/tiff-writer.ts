/** Byte order of a TIFF, and whether it is a BigTIFF. */
export interface TiffKind {
  isLittle: boolean;
  isBig: boolean;
}

/** An entry of a directory, and its values: ASCII, SHORTs, bytes, or another directory. */
export interface TiffEntry {
  tag: number;
  text?: string;
  short?: number[];
  bytes?: Buffer;
  directory?: TiffEntry[];
}

export interface TiffPage {
  entries: TiffEntry[];
  /** The strips of the page's pixels. The writer adds the entries with their offsets and lengths. */
  pixels?: Buffer[];
  /** A page below this page. */
  below?: TiffPage;
}

/** Writes a TIFF (TIFF 6.0, section 2; BigTIFF). */
export function tiffOf(kind: TiffKind, pages: TiffPage[]): Buffer {
  return new Writer(kind).file(pages);
}

const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const LONG8 = 16;
const UNDEFINED = 7;

/** An entry of a directory, with its values as bytes. */
interface Encoded {
  tag: number;
  type: number;
  count: number;
  bytes: Buffer;
}

class Writer {
  private readonly parts: Buffer[] = [];
  private length = 0;
  private readonly wide: number;

  constructor(private readonly kind: TiffKind) {
    this.wide = kind.isBig ? 8 : 4;
  }

  file(pages: TiffPage[]): Buffer {
    const { isLittle, isBig } = this.kind;
    this.add(Buffer.from(isLittle ? 'II' : 'MM'));
    this.add(this.number(isBig ? 43 : 42, 2));
    if (isBig) {
      this.add(Buffer.concat([this.number(8, 2), this.number(0, 2)]));
    }
    let link = this.add(this.number(0, this.wide));
    for (const page of pages) {
      const { at, next } = this.page(page);
      this.number(at, this.wide).copy(link);
      link = next;
    }
    return Buffer.concat(this.parts);
  }

  private page({ entries, pixels, below }: TiffPage) {
    const strips = (pixels ?? []).map((strip) => ({ at: this.length, strip: this.add(strip) }));
    const offsets = strips.map(({ at }) => this.number(at, this.wide));
    const counts = strips.map(({ strip }) => this.number(strip.length, this.wide));
    const type = this.kind.isBig ? LONG8 : LONG;
    const encoded = entries.map((entry) => this.encode(entry));
    if (pixels) {
      const count = pixels.length;
      encoded.push({ tag: 273, type, count, bytes: Buffer.concat(offsets) });
      encoded.push({ tag: 279, type, count, bytes: Buffer.concat(counts) });
    }
    if (below) {
      const { at } = this.page(below);
      encoded.push({ tag: 330, type, count: 1, bytes: this.number(at, this.wide) });
    }
    return this.directory(encoded);
  }

  private directory(encoded: Encoded[]) {
    const raw = [...encoded]
      .sort((a, b) => a.tag - b.tag)
      .map(({ tag, type, count, bytes }) => {
        const isInline = bytes.length <= this.wide;
        const value = Buffer.alloc(this.wide);
        (isInline ? bytes : this.number(this.evenEnd(), this.wide)).copy(value);
        if (!isInline) {
          this.add(Buffer.from(bytes));
        }
        const head = [this.number(tag, 2), this.number(type, 2), this.number(count, this.wide)];
        return Buffer.concat([...head, value]);
      });
    const at = this.evenEnd();
    this.add(this.number(raw.length, this.kind.isBig ? 8 : 2));
    this.add(Buffer.concat(raw));
    return { at, next: this.add(this.number(0, this.wide)) };
  }

  private encode({ tag, text, short, bytes, directory }: TiffEntry): Encoded {
    if (directory) {
      const { at } = this.directory(directory.map((entry) => this.encode(entry)));
      return { tag, type: LONG, count: 1, bytes: this.number(at, 4) };
    }
    if (text !== undefined) {
      const data = Buffer.from(`${text}\0`);
      return { tag, type: ASCII, count: data.length, bytes: data };
    }
    if (short) {
      const data = Buffer.concat(short.map((value) => this.number(value, 2)));
      return { tag, type: SHORT, count: short.length, bytes: data };
    }
    return { tag, type: UNDEFINED, count: bytes!.length, bytes: bytes! };
  }

  private evenEnd(): number {
    if (this.length % 2 === 1) {
      this.add(Buffer.alloc(1));
    }
    return this.length;
  }

  private add(part: Buffer): Buffer {
    this.parts.push(part);
    this.length += part.length;
    return part;
  }

  private number(value: number, width: number): Buffer {
    const bytes = Buffer.alloc(width);
    if (width === 8) {
      bytes[this.kind.isLittle ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](BigInt(value));
    } else {
      bytes[this.kind.isLittle ? 'writeUIntLE' : 'writeUIntBE'](value, 0, width);
    }
    return bytes;
  }
}
