/** The tags of an image's EXIF block that are used here. */
export interface Exif {
  artist?: string;
  copyright?: string;
  /** The orientation, 1 to 8; missing if the block has no orientation. */
  orientation?: number;
}

/** The content of an EXIF block that is written here: an orientation, 1 to 8, and rights. */
export interface OwnExif extends Pick<Exif, 'artist' | 'copyright'> {
  orientation: number;
}

/** Tags of EXIF 2.32, tables 4 to 8. */
const TAG = {
  orientation: 0x0112,
  artist: 0x013b,
  copyright: 0x8298,
};

const ASCII = 2;
const SHORT = 3;
const ENTRY_BYTES = 12;

/** Longest text that is copied, in bytes, so that a written block stays small. */
export const TEXT_BYTES = 1000;

/**
 * Reads the first directory of an EXIF block (a TIFF header, with or without `Exif\0\0` before it). Ignores malformed
 * entries.
 */
export function readExif(block: Buffer): Exif {
  const tiff = block.toString('latin1', 0, 4) === 'Exif' ? block.subarray(6) : block;
  const order = tiff.toString('latin1', 0, 2);
  const isLittle = order === 'II';
  if (!isLittle && order !== 'MM') {
    return {};
  }
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const entries = directory(view, view.getUint32(4, isLittle), isLittle);
    const text = (tag: number) => textOf({ tiff, view, isLittle }, entries.get(tag));
    const artist = text(TAG.artist);
    const copyright = text(TAG.copyright);
    const held = entries.get(TAG.orientation);
    const orientation = held === undefined ? 0 : view.getUint16(held + 8, isLittle);
    return {
      ...(orientation >= 1 && orientation <= 8 ? { orientation } : {}),
      ...(artist ? { artist } : {}),
      ...(copyright ? { copyright } : {}),
    };
  } catch {
    // An offset in the block points outside the block, so nothing can be read.
    return {};
  }
}

/** Returns the offset of each entry of a directory, by its tag. */
function directory(view: DataView, offset: number, isLittle: boolean): Map<number, number> {
  const count = view.getUint16(offset, isLittle);
  const entries = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const at = offset + 2 + index * ENTRY_BYTES;
    entries.set(view.getUint16(at, isLittle), at);
  }
  return entries;
}

/** A TIFF block that is being read: its bytes, a view of the same bytes, and their byte order. */
interface TiffBlock {
  tiff: Buffer;
  view: DataView;
  isLittle: boolean;
}

/** @param at offset of the tag's entry; undefined if the directory has no such entry */
function textOf({ tiff, view, isLittle }: TiffBlock, at: number | undefined): string {
  if (at === undefined || view.getUint16(at + 2, isLittle) !== ASCII) {
    return '';
  }
  const length = view.getUint32(at + 4, isLittle);
  const start = length <= 4 ? at + 8 : view.getUint32(at + 8, isLittle);
  const text = tiff.toString('utf8', start, start + Math.min(length, TEXT_BYTES));
  return text.replaceAll('\0', ' ').trim();
}

/** A directory entry that is written here. */
interface OwnEntry {
  tag: number;
  type: number;
  /** Number of values; for a text, the number of its bytes. */
  count: number;
  /** The value itself, or the offset of a text. */
  value: number;
}

/**
 * Writes an EXIF block, without `Exif\0\0` before it. It holds only the given values: the orientation, unless that is
 * 1, and the texts about rights. A block without any of these holds orientation 1.
 *
 * @param orientation 1 to 8
 */
export function writeExif({ orientation, artist, copyright }: OwnExif): Buffer {
  const texts = [
    { tag: TAG.artist, text: artist },
    { tag: TAG.copyright, text: copyright },
  ].flatMap(({ tag, text }) => (text ? [{ tag, bytes: Buffer.from(`${text}\0\0\0\0`) }] : []));
  const isHeld = orientation > 1 || texts.length === 0;
  const entryCount = texts.length + (isHeld ? 1 : 0);
  const block = Buffer.alloc(8 + 2 + entryCount * ENTRY_BYTES + 4);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  block.writeUInt16LE(entryCount, 8);
  let at = 10;
  let end = block.length;
  const entry = ({ tag, type, count, value }: OwnEntry) => {
    block.writeUInt16LE(tag, at);
    block.writeUInt16LE(type, at + 2);
    block.writeUInt32LE(count, at + 4);
    block.writeUInt32LE(value, at + 8);
    at += ENTRY_BYTES;
  };
  if (isHeld) {
    entry({ tag: TAG.orientation, type: SHORT, count: 1, value: orientation });
  }
  for (const { tag, bytes } of texts) {
    entry({ tag, type: ASCII, count: bytes.length, value: end });
    end += bytes.length;
  }
  return Buffer.concat([block, ...texts.map(({ bytes }) => bytes)]);
}

/** Returns the same block as `writeExif`; null if the block would hold no values. */
export const neededExif = (own: OwnExif): Buffer | null =>
  own.orientation > 1 || own.artist || own.copyright ? writeExif(own) : null;
