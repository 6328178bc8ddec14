import type { FileHandle } from 'node:fs/promises';

/** Reads `length` bytes of a file, or fewer at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/** A file that is read at random positions. */
export interface Source {
  read: ReadAt;
  /** Size in bytes. */
  size: number;
}

/** Maximum number of bytes that are read from a file at once. */
export const PIECE = 64 * 1024;

/**
 * Number of bytes that a search reads first. Each further read is twice as long, so that a short search costs little.
 */
export const FIRST_LOOK = 256;

/** Returns a function that reads from an open file. */
export const reader =
  (file: FileHandle): ReadAt =>
  async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };

/**
 * Returns a function that serves consecutive small reads from one piece in memory, so that most reads need no system
 * call.
 */
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
