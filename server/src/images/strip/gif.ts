import { FIRST_LOOK, PIECE, type ReadAt, type Source } from '../header/read-at';
import type { Apart } from './apart';
import { Found, LOOKED_AT } from './found';
import { isWhole, Kept } from './parts';

/** Bytes that begin a block or end the file (GIF89a, sections 20 to 27). */
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

/**
 * Labels of extensions. Control extensions (times, transparency) stay. Of application extensions, those with loops and
 * profiles stay.
 */
const CONTROL = 0xf9;
const APPLICATION = 0xff;
const STAY = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']);
const XMP = 'XMP DataXMP';

const HEADER_BYTES = 13;
const IMAGE_BYTES = 10;
/**
 * Number of bytes of an application extension before its data: the introducer, the label, and the application's name
 * with its length.
 */
const NAMED_BYTES = 14;

/** Maximum number of blocks that are read: enough for about 100,000 frames. */
const MOST_BLOCKS = 200_000;

/**
 * Splits a GIF. Comments, texts, data of other applications, and bytes after the trailer are removed. A GIF has no
 * place for rights.
 *
 * @throws RangeError if blocks are malformed or too many
 */
export async function takeGifApart({ read, size }: Source): Promise<Apart> {
  const found = new Found();
  const kept = new Kept();
  const header = await read(0, HEADER_BYTES);
  if (header.toString('latin1', 0, 4) !== 'GIF8') {
    throw new RangeError('no GIF header');
  }
  let at = HEADER_BYTES + tableBytes(header.readUInt8(10));
  let complete = true;
  kept.keep(0, Math.min(at, size));
  let imagesEnd = at;
  for (let count = 0; at < size; count += 1) {
    if (count === MOST_BLOCKS) {
      throw new RangeError('too many GIF blocks');
    }
    const head = await read(at, NAMED_BYTES);
    if (head[0] === TRAILER) {
      kept.keep(at, at + 1);
      break;
    }
    if (head[0] !== EXTENSION && head[0] !== IMAGE) {
      // Viewers differ in how they treat an unknown byte, and the extensions between the last image and this byte. So
      // everything after the last image stays.
      kept.cut(imagesEnd);
      kept.keep(imagesEnd, size);
      complete = false;
      break;
    }
    const to = await endOf(head, at, { read, size });
    if (staysOf(head)) {
      kept.keep(at, to);
    } else if (nameOf(head) === XMP) {
      found.xmp(await read(at + NAMED_BYTES, Math.min(LOOKED_AT, to - at - NAMED_BYTES)));
    }
    at = to;
    imagesEnd = head[0] === IMAGE ? to : imagesEnd;
  }
  return { found, complete, parts: () => (isWhole(kept.parts, size) ? null : kept.parts) };
}

const nameOf = (head: Buffer): string =>
  head[1] === APPLICATION ? head.toString('latin1', 3, NAMED_BYTES) : '';

const staysOf = (head: Buffer): boolean =>
  head[0] === IMAGE || head[1] === CONTROL || STAY.has(nameOf(head));

/** Number of bytes of a colour table, according to the flags. */
const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** Offset after the last byte of a block; at most the end of the file. */
async function endOf(head: Buffer, at: number, { read, size }: Source): Promise<number> {
  const isImage = head[0] === IMAGE;
  const flags = isImage ? (head[IMAGE_BYTES - 1] ?? 0) : 0;
  // One byte of compression data follows the head and colours of an image.
  const before = isImage ? IMAGE_BYTES + tableBytes(flags) + 1 : 2;
  return endOfData(read, at + before, size);
}

/** Offset after the last sub-block of the data, which is empty. Each sub-block begins with its length. */
async function endOfData(read: ReadAt, from: number, size: number): Promise<number> {
  let length = FIRST_LOOK;
  let at = from;
  while (at < size) {
    const piece = await read(at, length);
    length = Math.min(length * 2, PIECE);
    const end = endOfBlocks(piece);
    at += end.at;
    if (end.isLast) {
      break;
    }
  }
  return Math.min(at, size);
}

function endOfBlocks(piece: Buffer): { at: number; isLast: boolean } {
  for (let at = 0; at < piece.length;) {
    const length = piece.readUInt8(at);
    at += 1 + length;
    if (length === 0 || at >= piece.length) {
      return { at, isLast: length === 0 };
    }
  }
  return { at: 1, isLast: true };
}
