import type { Source } from '../header/read-at';

/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2). Offsets count from the start of the file. */
export interface Box {
  /** Four characters. */
  type: string;
  /** Where its size and type stand. */
  from: number;
  /** Where its content begins. */
  body: number;
  /** Behind its last byte: never beyond what it lies in, whatever it says. */
  to: number;
}

/** A stretch of a file, end not included. */
export interface Stretch {
  from: number;
  to: number;
}

/** Most boxes that may lie side by side. */
const MOST_BOXES = 10_000;

/** Of size and type; a size of eight bytes comes behind them. */
const HEAD_BYTES = 8;
const LONG_HEAD_BYTES = 16;

/** Says that a size follows in eight bytes, or that the box goes on to the end. */
const LONG = 1;
const TO_THE_END = 0;

/**
 * The boxes that lie side by side in a stretch. They end where something is no box; {@link Box.to} of
 * the last one tells whether that is the stretch's end.
 *
 * @throws RangeError for more boxes than anybody writes
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

/** The box that a head is of; null where it is none. */
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

/** Bytes of version and flags at the start of a full box (ISO/IEC 14496-12, 4.2.2). */
export const FULL_BYTES = 4;

/** What lies in a full box, behind version and flags. */
export const insideFull = ({ body, to }: Box): Stretch => ({
  from: Math.min(body + FULL_BYTES, to),
  to,
});

/**
 * The content of a box.
 *
 * @param most bytes that it may have
 * @throws RangeError for one that is larger
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
