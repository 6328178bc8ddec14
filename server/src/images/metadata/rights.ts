import { TEXT_BYTES, type Exif } from '../header/exif';

/** Whose an image is, as its metadata say. */
export type Rights = Pick<Exif, 'artist' | 'copyright'>;

/** Most bytes of a block that are looked at: what it says of rights comes early, and some are megabytes. */
const LOOKED_AT = 256 * 1024;

/**
 * Who made an image and whose it is, as the IPTC block says.
 *
 * @param block datasets alone (TIFF, PNG), or one of Photoshop's resources (JPEG, APP13)
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
 * The bytes of that resource; empty where there is none. Each one is a signature, a number, a name, a
 * length of four bytes and its bytes, name and bytes padded to even lengths (Adobe Photoshop File Formats,
 * "Image resource blocks").
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

/** Datasets of record 2 (IPTC-NAA IIM 4.2, chapter 6). */
const BY_LINE = 80;
const COPYRIGHT_NOTICE = 116;

/** Starts each dataset; after it come its record and number, two bytes of length, and its bytes. */
const MARK = 0x1c;
const RECORD = 2;

/** The first dataset of each number; what is malformed ends the list. */
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

/** Its character set is seldom named; what is no UTF-8 is Latin in nearly all images. */
function decode(bytes: Buffer = Buffer.alloc(0)): string {
  try {
    // In pieces: a last character may be cut in two.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return bytes.toString('latin1');
  }
}

/** The same, as the XMP packet says in Dublin Core (ISO 16684-1, 8.3): the first language, all creators. */
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

/** The same, as texts of a PNG say (PNG, third edition, 11.3.3.1; `Artist` is exiftool's). */
export function pngTextRights(texts: readonly { keyword: string; text: string }[]): Rights {
  const said = (wanted: string) =>
    texts.find(({ keyword }) => keyword.toLowerCase() === wanted)?.text.slice(0, TEXT_BYTES);
  return rights(tidy(said('author') ?? said('artist') ?? ''), tidy(said('copyright') ?? ''));
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Entities as XML has them without a document type (XML 1.0, 4.1 and 4.6). */
const unescaped = (text: string): string =>
  text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,4});/gi, (all, name: string) => {
    if (!name.startsWith('#')) {
      return NAMED[name] ?? all;
    }
    // With a zero in front they are written as numbers are in JavaScript, hexadecimal ones too.
    const code = Number(name.replace('#', '0'));
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });

/** Without controls, and no longer than a block of its own should be. */
const tidy = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();

const short = (text: string): string => {
  const bytes = Buffer.from(text);
  // A character that is cut in two goes as a whole.
  return bytes.toString('utf8', 0, TEXT_BYTES).replace(/\ufffd$/, '');
};

const rights = (artist = '', copyright = ''): Rights => ({
  ...(artist ? { artist: short(artist) } : {}),
  ...(copyright ? { copyright: short(copyright) } : {}),
});
