import { TEXT_BYTES, type Exif } from '../header/exif';

/** Who made an image and who owns it, according to its metadata. */
export type Rights = Pick<Exif, 'artist' | 'copyright'>;

/**
 * Maximum number of bytes of a block that are searched. Rights come early in a block, and some blocks are megabytes
 * long.
 */
const LOOKED_AT = 256 * 1024;

/**
 * The artist and copyright in an IPTC block.
 *
 * @param block plain datasets (TIFF, PNG), or Photoshop resources (JPEG, APP13)
 */
export function iptcRights(block: Buffer): Rights {
  const start = block.subarray(0, LOOKED_AT);
  const data = datasets(start.indexOf(PHOTOSHOP) === 0 ? iptcResource(start) : start);
  const text = (name: number) => tidy(decode(data.get(name)?.subarray(0, TEXT_BYTES)));
  return rights(text(BY_LINE), text(COPYRIGHT_NOTICE));
}

const PHOTOSHOP = 'Photoshop 3.0\0';

/** Number of the resource that holds IPTC datasets. */
const IPTC = 0x0404;

/**
 * The bytes of the IPTC resource; empty if there is none. Each resource consists of a signature, a number, a name, a
 * length of four bytes, and its bytes. Name and bytes are padded to even lengths (Adobe Photoshop File Formats, "Image
 * resource blocks").
 */
function iptcResource(block: Buffer): Buffer {
  for (let at = PHOTOSHOP.length; block.toString('latin1', at, at + 4) === '8BIM';) {
    const named = at + 6;
    const nameLength = 1 + (block[named] ?? 0);
    const sized = named + nameLength + (nameLength % 2);
    if (sized + 4 > block.length) {
      break;
    }
    const from = sized + 4;
    const length = block.readUInt32BE(sized);
    if (block.readUInt16BE(at + 4) === IPTC) {
      return block.subarray(from, from + length);
    }
    at = from + length + (length % 2);
  }
  return Buffer.alloc(0);
}

/** Numbers of datasets of record 2 (IPTC-NAA IIM 4.2, chapter 6). */
const BY_LINE = 80;
const COPYRIGHT_NOTICE = 116;

/**
 * First byte of each dataset. After it come the number of the record, the number of the dataset, two bytes of length,
 * and the dataset's bytes.
 */
const MARK = 0x1c;
const RECORD = 2;

/** Returns the first dataset of each number. The list ends at the first malformed dataset. */
function datasets(block: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 5 <= block.length && block[at] === MARK;) {
    const end = at + 5 + block.readUInt16BE(at + 3);
    const name = block.readUInt8(at + 2);
    if (block[at + 1] === RECORD && end <= block.length && !found.has(name)) {
      found.set(name, block.subarray(at + 5, end));
    }
    at = end;
  }
  return found;
}

/** Decodes a text. The character set is seldom declared; in nearly all images, a text that is not UTF-8 is Latin-1. */
function decode(bytes: Buffer = Buffer.alloc(0)): string {
  try {
    // Decodes the bytes as a stream, because the last character may be cut off.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return bytes.toString('latin1');
  }
}

/**
 * The artist and copyright in an XMP packet, from Dublin Core (ISO 16684-1, 8.3): the rights in the first language, and
 * all creators.
 */
export function xmpRights(block: Buffer): Rights {
  const packet = block.toString('utf8', 0, LOOKED_AT);
  return rights(items(packet, 'creator').join(', '), items(packet, 'rights')[0]);
}

function items(packet: string, property: string): string[] {
  const start = packet.indexOf(`<dc:${property}`);
  const end = start < 0 ? -1 : packet.indexOf(`</dc:${property}>`, start);
  const list = end < 0 ? '' : packet.slice(start, end);
  return [...list.matchAll(/<rdf:li\b[^<>]*>([^<]*)</g)].map(([, text = '']) =>
    tidy(unescaped(text))
  );
}

/** The artist and copyright in the texts of a PNG (PNG, third edition, 11.3.3.1; exiftool writes `Artist`). */
export function pngTextRights(texts: readonly { keyword: string; text: string }[]): Rights {
  const said = (wanted: string) =>
    texts.find(({ keyword }) => keyword.toLowerCase() === wanted)?.text.slice(0, TEXT_BYTES);
  return rights(tidy(said('author') ?? said('artist') ?? ''), tidy(said('copyright') ?? ''));
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Replaces the entities that XML defines without a document type (XML 1.0, 4.1 and 4.6). */
const unescaped = (text: string): string =>
  text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,4});/gi, (all, name: string) => {
    if (!name.startsWith('#')) {
      return NAMED[name] ?? all;
    }
    // The first character becomes a zero: `Number` reads `0123` and `0x1f` in place of `#123` and `#x1f`.
    const code = Number(name.replace('#', '0'));
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });

/** Replaces control characters by spaces, and removes spaces at the beginning and the end. */
const tidy = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();

const short = (text: string): string => {
  const bytes = Buffer.from(text);
  // Removes a last character that was cut in two.
  return bytes.toString('utf8', 0, TEXT_BYTES).replace(/\ufffd$/, '');
};

const rights = (artist = '', copyright = ''): Rights => ({
  ...(artist ? { artist: short(artist) } : {}),
  ...(copyright ? { copyright: short(copyright) } : {}),
});
