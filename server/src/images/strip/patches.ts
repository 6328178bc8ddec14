import type { Stretch } from '../heif/boxes';
import { PIECE, type Source } from '../header/read-at';
import { Kept, type Part } from './parts';

/** New bytes that overwrite those of a file at an offset. */
export interface Patch {
  at: number;
  bytes: Buffer;
}

/** The byte that fills removed texts. A zero would end a text too early. */
export const SPACE = 0x20;

/** A stretch that is filled with one byte, by default zero. */
export interface Fill extends Stretch {
  byte?: number;
}

/**
 * Returns the parts of a file with patches and fills applied. The file keeps its length.
 *
 * @returns null if nothing would change
 * @throws RangeError if two changes overlap, or the file would have too many parts
 */
export async function patched(
  source: Source,
  patches: readonly Patch[],
  fills: readonly Fill[]
): Promise<Part[] | null> {
  const changes: Change[] = [];
  for (const { at, bytes } of patches) {
    const isSame = (await source.read(at, bytes.length)).equals(bytes);
    changes.push({ from: at, to: at + bytes.length, part: isSame ? null : bytes });
  }
  for (const { from, to, byte = 0 } of fills) {
    const isSame = await isFilled(source, { from, to }, byte);
    changes.push({ from, to, part: isSame ? null : { byte, times: to - from } });
  }
  return changes.every(({ part }) => part === null) ? null : partsOf(changes, source.size);
}

interface Change extends Stretch {
  /** The new bytes; null if the file already has these bytes. */
  part: Part | null;
}

function partsOf(changes: Change[], size: number): Part[] {
  const kept = new Kept();
  let at = 0;
  for (const { from, to, part } of changes.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < at) {
      throw new RangeError('changes that overlap');
    }
    if (part && to > from) {
      kept.keep(at, from);
      kept.put(part);
      at = to;
    }
  }
  kept.keep(at, size);
  return kept.parts;
}

async function isFilled({ read }: Source, { from, to }: Stretch, byte: number): Promise<boolean> {
  for (let at = from; at < to; at += PIECE) {
    const piece = await read(at, Math.min(PIECE, to - at));
    if (!piece.equals(Buffer.alloc(piece.length, byte))) {
      return false;
    }
  }
  return true;
}
