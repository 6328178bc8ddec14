import type { Source } from '../header/read-at';

/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2). Offsets count from the start of the file. */
export interface Box {
  /** Type of the box: four characters. */
  type: string;
  /** Offset of the first byte of the box, where its size and type are. */
  from: number;
  /** Offset of the content of the box. */
  body: number;
  /**
   * Offset after the last byte of the box. It is never beyond the end of the enclosing box, whatever size the box
   * claims.
   */
  to: number;
}

/** A range of bytes of a file; `to` is exclusive. */
export interface Stretch {
  from: number;
  to: number;
}

/** Maximum number of boxes that may follow each other on one level. */
const MOST_BOXES = 10_000;

/** Number of bytes of a box's size and type. If the size needs eight bytes, these follow the type. */
const HEAD_BYTES = 8;
const LONG_HEAD_BYTES = 16;

/**
 * Values of the size field with a special meaning. `LONG`: the size follows in eight bytes. `TO_THE_END`: the box
 * extends to the end.
 */
const LONG = 1;
const TO_THE_END = 0;

/**
 * The boxes that follow each other in a stretch, up to the first bytes that are no box. Compare {@link Box.to} of the
 * last box with the end of the stretch to see whether all was read.
 *
 * @throws RangeError for an implausible number of boxes
 */
export async function boxesIn({ read }: Source, { from, to }: Stretch): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let at = from; at + HEAD_BYTES <= to;) {
    const head = await read(at, Math.min(LONG_HEAD_BYTES, to - at));
    const box = boxOf(head, at, to);
    if (!box) {
      break;
    }
    if (boxes.length === MOST_BOXES) {
      throw new RangeError('too many boxes');
    }
    boxes.push(box);
    at = box.to;
  }
  return boxes;
}

/** The box that starts with this head; null if the bytes are no box. */
function boxOf(head: Buffer, from: number, end: number): Box | null {
  if (head.length < HEAD_BYTES) {
    return null;
  }
  const said = head.readUInt32BE(0);
  if (said === LONG && head.length < LONG_HEAD_BYTES) {
    return null;
  }
  const headBytes = said === LONG ? LONG_HEAD_BYTES : HEAD_BYTES;
  const long = said === LONG ? Number(head.readBigUInt64BE(HEAD_BYTES)) : said;
  const size = said === TO_THE_END ? end - from : long;
  return size < headBytes
    ? null
    : {
        type: head.toString('latin1', 4, HEAD_BYTES),
        from,
        body: from + headBytes,
        to: Math.min(from + size, end),
      };
}

/** Number of bytes of version and flags at the start of a full box (ISO/IEC 14496-12, 4.2.2). */
export const FULL_BYTES = 4;

/** The range of a full box's content, after version and flags. */
export const insideFull = ({ body, to }: Box): Stretch => ({
  from: Math.min(body + FULL_BYTES, to),
  to,
});

/**
 * Reads the content of a box.
 *
 * @param most maximum number of bytes of the content
 * @throws RangeError if the box is larger
 */
export async function contentOf(
  { read }: Source,
  { body, to, type }: Box,
  most: number
): Promise<Buffer> {
  if (to - body > most) {
    throw new RangeError(`a box "${type}" that is too large`);
  }
  return read(body, to - body);
}
