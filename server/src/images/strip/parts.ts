import { open } from 'node:fs/promises';
import type { Stretch } from '../heif/boxes';
import { PIECE, reader, type ReadAt } from '../header/read-at';

/** One byte that is repeated `times` times. */
export interface Filler {
  byte: number;
  times: number;
}

/** A stretch of the file that stays, new bytes, or filler. */
export type Part = Stretch | Buffer | Filler;

/** Maximum number of parts into which a file is split. A file with more parts is not split. */
export const MOST_PARTS = 30_000;

/** The parts of a file that stay, in order. A stretch that directly follows the last one is joined with it. */
export class Kept {
  readonly parts: Part[] = [];

  /**
   * Keeps a stretch of the file.
   *
   * @throws RangeError for more parts than a file may have
   */
  keep(from: number, to: number): void {
    const last = this.parts.at(-1);
    if (last && 'from' in last && last.to === from) {
      last.to = to;
    } else if (to > from) {
      this.put({ from, to });
    }
  }

  /** Offset after the last byte of the file that is kept; 0 if the last part is not from the file. */
  get end(): number {
    const last = this.parts.at(-1);
    return last && 'from' in last ? last.to : 0;
  }

  /** Removes kept bytes of the file from this offset on. */
  cut(from: number): void {
    for (let last = this.parts.at(-1); last && 'from' in last; last = this.parts.at(-1)) {
      if (last.from < from) {
        last.to = Math.min(last.to, from);
        return;
      }
      this.parts.pop();
    }
  }

  /**
   * Adds a part.
   *
   * @throws RangeError for more parts than a file may have
   */
  put(part: Part): void {
    if (this.parts.length === MOST_PARTS) {
      throw new RangeError('too many parts');
    }
    this.parts.push(part);
  }
}

/** Whether the parts are the whole unchanged file. */
export function isWhole(parts: readonly Part[], size: number): boolean {
  const [only, ...others] = parts;
  return (
    others.length === 0 &&
    only !== undefined &&
    'from' in only &&
    only.from === 0 &&
    only.to === size
  );
}

/** Inserts new bytes before the byte at an offset of the file, which must be in a part that stays. */
export function withInserted(parts: readonly Part[], at: number, bytes: Buffer): Part[] {
  const place = parts.findIndex((part) => 'from' in part && part.from <= at && at <= part.to);
  const split = parts[place] as Stretch;
  return [
    ...parts.slice(0, place),
    { from: split.from, to: at },
    bytes,
    { from: at, to: split.to },
    ...parts.slice(place + 1),
  ];
}

/** Reads the bytes of all parts, 64 kB at a time. */
export async function* bytesOfParts(path: string, parts: readonly Part[]): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  const read = reader(file);
  try {
    for (const part of parts) {
      if (Buffer.isBuffer(part)) {
        yield part;
      } else if ('times' in part) {
        yield* filled(part);
      } else {
        yield* stretchOf(read, part);
      }
    }
  } finally {
    await file.close();
  }
}

async function* stretchOf(read: ReadAt, { from, to }: Stretch): AsyncGenerator<Buffer> {
  for (let at = from; at < to;) {
    const piece = await read(at, Math.min(PIECE, to - at));
    if (piece.length === 0) {
      throw new Error('The file has become shorter while it was read.');
    }
    yield piece;
    at += piece.length;
  }
}

function* filled({ byte, times }: Filler): Generator<Buffer> {
  for (let left = times; left > 0; left -= PIECE) {
    yield Buffer.alloc(Math.min(PIECE, left), byte);
  }
}

/** The bytes of all parts as one buffer, for a file that is in memory. */
export const joinedBytes = (data: Buffer, parts: readonly Part[]): Buffer =>
  Buffer.concat(
    parts.map((part) => {
      if (Buffer.isBuffer(part)) {
        return part;
      }
      return 'times' in part
        ? Buffer.alloc(part.times, part.byte)
        : data.subarray(part.from, part.to);
    })
  );
