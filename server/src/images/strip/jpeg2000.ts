import type { Stretch } from '../heif/boxes';
import type { Source } from '../header/read-at';
import { SPACE, type Fill } from './patches';

/** Markers of a codestream's main header (ISO/IEC 15444-1, annex A). */
const SOC = 0xff4f;
const COMMENT = 0xff64;
const TILE = 0xff90;

/** Maximum number of marker segments of a main header. */
const MOST_SEGMENTS = 10_000;

/** Number of bytes of a comment's marker, length and kind. */
const HEAD_BYTES = 6;

/** The comments in the main header of a codestream, as ranges to fill with spaces. */
export async function commentsOf({ read }: Source, { from, to }: Stretch): Promise<Fill[]> {
  const comments: Fill[] = [];
  let at = from + 2;
  for (let count = 0; count < MOST_SEGMENTS && at + HEAD_BYTES <= to; count += 1) {
    const head = await read(at, HEAD_BYTES);
    const marker = head.readUInt16BE(0);
    const end = Math.min(at + 2 + head.readUInt16BE(2), to);
    if (marker === TILE || marker <= SOC) {
      break;
    }
    if (marker === COMMENT && end > at + HEAD_BYTES) {
      comments.push({ from: at + HEAD_BYTES, to: end, byte: SPACE });
    }
    at = Math.max(end, at + 2);
  }
  return comments;
}
