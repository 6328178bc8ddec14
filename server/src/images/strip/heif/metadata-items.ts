import { writeExif } from '../../header/exif';
import type { Source } from '../../header/read-at';
import type { Item } from '../../heif/items';
import type { Own } from '../apart';
import { LOOKED_AT, type Found } from '../found';
import { SPACE } from '../patches';

/**
 * Number of bytes of the field before an EXIF block that says where the block's header begins (ISO/IEC 23008-12,
 * A.2.1).
 */
const EXIF_OFFSET_BYTES = 4;

/** The text that replaces an XMP packet. Spaces fill the rest of the packet. */
const EMPTY_XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>';

/** The bytes with which a metadata item is overwritten. */
export interface Replacement {
  /** Bytes that are written at the beginning of the item, if there is room; empty if nothing replaces the item. */
  head: Buffer;
  /** The byte that fills the rest of the item. */
  byte: number;
}

/** Adds the content of a metadata item to the facts found in the file. */
export async function readItem(item: Item, { read }: Source, found: Found): Promise<void> {
  const pieces: Buffer[] = [];
  let left = LOOKED_AT;
  for (const { from, to } of item.extents) {
    const piece = await read(from, Math.min(to - from, left));
    pieces.push(piece);
    left -= piece.length;
  }
  const bytes = Buffer.concat(pieces);
  if (item.type === 'Exif' && bytes.length > EXIF_OFFSET_BYTES) {
    found.exif(bytes.subarray(EXIF_OFFSET_BYTES + bytes.readUInt32BE(0)));
  } else if (item.isXmp) {
    found.xmp(bytes);
  }
}

/** The replacement for a metadata item in a file that is to hold `own`. */
export function replacementOf({ type, isXmp }: Item, own: Own): Replacement {
  const byte = isXmp ? SPACE : 0;
  if (type === 'Exif') {
    const block = writeExif({ ...own, orientation: 1 });
    return { head: Buffer.concat([Buffer.alloc(EXIF_OFFSET_BYTES), block]), byte };
  }
  return { head: Buffer.from(isXmp ? EMPTY_XMP : ''), byte };
}
