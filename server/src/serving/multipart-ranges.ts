import { randomBytes } from 'node:crypto';
import type { ByteRange } from './range';

/** Reads one range: returns all bytes in memory, or a stream. */
export type RangeReader = (range: ByteRange) => Promise<Uint8Array | AsyncIterable<Uint8Array>>;

/** A body of several ranges (RFC 9110 section 14.6). */
export interface MultipartRanges {
  /** Content-Type of the whole body. */
  type: string;
  /** Number of bytes of the whole body. */
  length: number;
  /** Reads one range after another. An error of `read` ends the body. */
  bytes(read: RangeReader): AsyncGenerator<Uint8Array, void>;
}

/**
 * Combines several ranges of a file into one `multipart/byteranges` body.
 *
 * @param type the file's own Content-Type
 * @param size number of bytes of the whole file
 */
export function multipartRanges(
  ranges: readonly ByteRange[],
  type: string,
  size: number
): MultipartRanges {
  // The boundary is random, so that no file can contain it.
  const boundary = randomBytes(18).toString('hex');
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  const parts = ranges.map((range) => ({
    range,
    head: Buffer.from(
      `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`
    ),
  }));
  return {
    type: `multipart/byteranges; boundary=${boundary}`,
    length: parts.reduce((sum, { head, range }) => sum + head.length + lengthOf(range), end.length),
    async *bytes(read) {
      for (const { head, range } of parts) {
        yield head;
        const body = await read(range);
        if (body instanceof Uint8Array) {
          yield body;
        } else {
          yield* body;
        }
      }
      yield end;
    },
  };
}

/** Value of a Content-Range header (RFC 9110 section 14.4). */
export const contentRange = ({ start, end }: ByteRange, size: number): string =>
  `bytes ${start}-${end}/${size}`;

/** Number of bytes of a range. */
export const lengthOf = ({ start, end }: ByteRange): number => end - start + 1;
