import type { FileHandle } from 'node:fs/promises';

/** Reads `length` bytes of a file, or what there is of them. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/** A file that is looked at in places. */
export interface Source {
  read: ReadAt;
  /** Bytes. */
  size: number;
}

/** Bytes that are read of a file at once. */
export const PIECE = 64 * 1024;

/** What a search reads at first; each further read is twice as long, so that a short way costs little. */
export const FIRST_LOOK = 256;

/** Reads an open file. */
export const reader =
  (file: FileHandle): ReadAt =>
  async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };

/** Serves small reads that follow each other from one piece, so that each costs no call of the system. */
export function inPieces(read: ReadAt): ReadAt {
  let start = 0;
  let piece: Buffer = Buffer.alloc(0);
  return async (offset, length) => {
    const isThere = offset >= start && offset + length <= start + piece.length;
    if (!isThere && length > PIECE) {
      return read(offset, length);
    }
    if (!isThere) {
      piece = await read(offset, PIECE);
      start = offset;
    }
    return piece.subarray(offset - start, offset - start + length);
  };
}
