import { constants, inflateSync } from 'node:zlib';
import type { Stretch } from '../heif/boxes';
import type { ReadAt } from '../header/read-at';
import { pngTextRights } from '../metadata/rights';
import { LOOKED_AT, type Found } from './found';

/** Keywords of texts in which programs store a diagram, so that it can be edited again. */
const DIAGRAMS = new Set(['mxfile', 'mxGraphModel', 'application/vnd.excalidraw+json']);

/** Longest keyword with its terminating zero (PNG, third edition, 11.3.3.1). */
const KEYWORD_BYTES = 80;

/** Maximum number of bytes of a decompressed text. */
const UNPACKED_BYTES = 1024 * 1024;

const XMP_KEYWORD = 'XML:com.adobe.xmp';

/** Keywords of texts in which ImageMagick and exiftool store profiles of other formats as hex digits. */
const RAW_PROFILES: Record<string, 'exif' | 'iptc' | 'xmp'> = {
  'Raw profile type exif': 'exif',
  'Raw profile type iptc': 'iptc',
  'Raw profile type 8bim': 'iptc',
  'Raw profile type xmp': 'xmp',
};

/** Keyword of a text that holds EXIF or XMP in the form of a JPEG segment. */
const RAW_SEGMENT = 'Raw profile type APP1';
const XMP_SEGMENT = 'http://ns.adobe.com/xap/1.0/\0';

type TextType = 'tEXt' | 'zTXt' | 'iTXt';

export const isTextChunk = (type: string): type is TextType =>
  ['tEXt', 'zTXt', 'iTXt'].includes(type);

/** Decides which texts of a PNG stay, and finds the rights in the others. */
export class PngTexts {
  /**
   * Keywords whose text was already read. Only the first text of each keyword is read, so that many compressed texts
   * cost no more than a few.
   */
  private readonly seen = new Set<string>();

  constructor(
    private readonly read: ReadAt,
    private readonly found: Found
  ) {}

  /**
   * Whether a text stays. If not, reads the rights in the text.
   *
   * @param data range of the chunk's data
   */
  async stays(type: TextType, { from, to }: Stretch): Promise<boolean> {
    const head = await this.read(from, Math.min(KEYWORD_BYTES, to - from));
    const length = head.indexOf(0);
    const keyword = head.toString('latin1', 0, Math.max(0, length));
    if (DIAGRAMS.has(keyword)) {
      return true;
    }
    if (isTelling(keyword) && !this.seen.has(keyword)) {
      this.seen.add(keyword);
      const rest = await this.read(from + length + 1, Math.min(LOOKED_AT, to - from - length - 1));
      this.look(keyword, textOf(type, rest));
    }
    return false;
  }

  private look(keyword: string, { bytes, isUtf8 }: Text): void {
    const profile = RAW_PROFILES[keyword];
    if (profile) {
      this.found[profile](fromHex(bytes));
    } else if (keyword === RAW_SEGMENT) {
      const block = fromHex(bytes);
      const isXmp = block.toString('latin1', 0, XMP_SEGMENT.length) === XMP_SEGMENT;
      this.found[isXmp ? 'xmp' : 'exif'](isXmp ? block.subarray(XMP_SEGMENT.length) : block);
    } else if (keyword === XMP_KEYWORD) {
      this.found.xmp(bytes);
    } else {
      const text = bytes.toString(isUtf8 ? 'utf8' : 'latin1');
      this.found.texts(pngTextRights([{ keyword, text }]));
    }
  }
}

const isTelling = (keyword: string): boolean =>
  keyword in RAW_PROFILES ||
  [RAW_SEGMENT, XMP_KEYWORD, 'Author', 'Artist', 'Copyright'].includes(keyword);

interface Text {
  bytes: Buffer;
  isUtf8: boolean;
}

/**
 * Returns the text after a keyword (PNG, third edition, 11.3.3). In `tEXt` the text is plain. In `zTXt` the compressed
 * text follows a method. In `iTXt` the text follows a flag, a method, a language and a translated keyword.
 */
function textOf(type: TextType, rest: Buffer): Text {
  if (type === 'tEXt') {
    return { bytes: rest, isUtf8: false };
  }
  if (type === 'zTXt') {
    return { bytes: unpacked(rest.subarray(1)), isUtf8: false };
  }
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  const text = translated < 0 ? Buffer.alloc(0) : rest.subarray(translated + 1);
  return { bytes: rest[0] === 1 ? unpacked(text) : text, isUtf8: true };
}

/**
 * Decompresses a text. Returns nothing if the text is damaged or too long. If the text was cut off, returns its first
 * part.
 */
function unpacked(bytes: Buffer): Buffer {
  try {
    const finishFlush = constants.Z_SYNC_FLUSH;
    return inflateSync(bytes, { maxOutputLength: UNPACKED_BYTES, finishFlush });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Decodes the hex digits of a profile. A line with a name and a line with a decimal length precede the digits. */
function fromHex(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').trimStart();
  const length = text.indexOf('\n');
  const digits = length < 0 ? -1 : text.slice(length + 1).search(/\d/);
  const line = digits < 0 ? -1 : text.indexOf('\n', length + 1 + digits);
  return Buffer.from(line < 0 ? '' : text.slice(line).replace(/\s+/g, ''), 'hex');
}
