/** What is read of a picture's EXIF block. */
export interface Exif {
  artist?: string;
  copyright?: string;
  /** Whether it tells a place, a person or a device: what most people do not mean to publish. */
  isPrivate: boolean;
}

/** Tags of EXIF 2.32, tables 4 to 8. */
const TAG = { artist: 0x013b, copyright: 0x8298, exif: 0x8769, gps: 0x8825 };

/** Maker note, owner's name, serial numbers of body and lens. */
const PRIVATE_TAGS = new Set([0x927c, 0xa430, 0xa431, 0xa435]);

const ASCII = 2;
const ENTRY_BYTES = 12;

/** Longest text that is taken over, in bytes: a block of its own should stay small. */
export const TEXT_BYTES = 1000;

/**
 * Reads the first directory of an EXIF block (a TIFF header, with or without `Exif\0\0` before it).
 * What is malformed is taken as not being there.
 */
export function readExif(block: Buffer): Exif {
  const tiff = block.toString('latin1', 0, 4) === 'Exif' ? block.subarray(6) : block;
  const order = tiff.toString('latin1', 0, 2);
  const isLittle = order === 'II';
  if (!isLittle && order !== 'MM') {
    return { isPrivate: false };
  }
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const entries = directory(view, view.getUint32(4, isLittle), isLittle);
    const text = (tag: number) => textOf(tiff, view, entries.get(tag), isLittle);
    const below = (tag: number) => {
      const at = entries.get(tag);
      return at === undefined ? [] : directory(view, view.getUint32(at + 8, isLittle), isLittle);
    };
    const artist = text(TAG.artist);
    const copyright = text(TAG.copyright);
    return {
      ...(artist ? { artist } : {}),
      ...(copyright ? { copyright } : {}),
      isPrivate:
        [...below(TAG.gps)].length > 0 ||
        [...below(TAG.exif)].some(([tag]) => PRIVATE_TAGS.has(tag)),
    };
  } catch {
    // An offset beyond the block. It may still tell a place to readers that are less strict.
    return { isPrivate: true };
  }
}

/** Offset of each tag's entry. */
function directory(view: DataView, offset: number, isLittle: boolean): Map<number, number> {
  const count = view.getUint16(offset, isLittle);
  const entries = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const at = offset + 2 + index * ENTRY_BYTES;
    entries.set(view.getUint16(at, isLittle), at);
  }
  return entries;
}

function textOf(tiff: Buffer, view: DataView, at: number | undefined, isLittle: boolean): string {
  if (at === undefined || view.getUint16(at + 2, isLittle) !== ASCII) {
    return '';
  }
  const length = view.getUint32(at + 4, isLittle);
  const start = length <= 4 ? at + 8 : view.getUint32(at + 8, isLittle);
  const text = tiff.toString('utf8', start, start + Math.min(length, TEXT_BYTES));
  return text.replaceAll('\0', ' ').trim();
}

/**
 * An EXIF block, without `Exif\0\0` before it, with nothing in it but what is given.
 *
 * @param orientation 1 to 8
 */
export function writeExif(
  orientation: number,
  { artist, copyright }: Pick<Exif, 'artist' | 'copyright'>
): Buffer {
  const texts = [
    { tag: TAG.artist, text: artist },
    { tag: TAG.copyright, text: copyright },
  ].flatMap(({ tag, text }) => (text ? [{ tag, bytes: Buffer.from(`${text}\0\0\0\0`) }] : []));
  const count = texts.length + 1;
  const block = Buffer.alloc(8 + 2 + count * ENTRY_BYTES + 4);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  block.writeUInt16LE(count, 8);
  let end = block.length;
  const entry = (at: number, tag: number, type: number, length: number, value: number) => {
    block.writeUInt16LE(tag, at);
    block.writeUInt16LE(type, at + 2);
    block.writeUInt32LE(length, at + 4);
    block.writeUInt32LE(value, at + 8);
  };
  const SHORT = 3;
  const ORIENTATION = 0x0112;
  entry(10, ORIENTATION, SHORT, 1, orientation);
  texts.forEach(({ tag, bytes }, index) => {
    entry(10 + (index + 1) * ENTRY_BYTES, tag, ASCII, bytes.length, end);
    end += bytes.length;
  });
  return Buffer.concat([block, ...texts.map(({ bytes }) => bytes)]);
}
