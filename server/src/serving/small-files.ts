import type { BigIntStats } from 'node:fs';

/** Largest file that is kept, in bytes: thumbnails and icons. */
const LARGEST = 64 * 1024;

/** Most bytes of all that are kept. */
const CAPACITY = 16 * 1024 * 1024;

/** How old a state must be, in ms: within one tick of its clock a file could change unseen. */
const UNCHANGED_FOR = 2000;

/** Names one state of a file on this machine; also what changes neither size nor time changes `ctime`. */
export const stateKey = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev}-${ino}-${size}-${mtimeNs}-${ctimeNs}`;

/** Bytes of small files that were asked for lately, so that one `stat` is all they cost. */
export class SmallFiles {
  private readonly files = new Map<string, Buffer>();
  private total = 0;

  /** Whether a file may be kept, as it is now. */
  takes({ size, ctimeMs }: BigIntStats): boolean {
    return size > 0n && size <= LARGEST && Date.now() - Number(ctimeMs) > UNCHANGED_FOR;
  }

  get(stats: BigIntStats): Buffer | undefined {
    const key = stateKey(stats);
    const bytes = this.files.get(key);
    if (bytes) {
      // A Map keeps the order in which its entries came: to the end with what is used.
      this.files.delete(key);
      this.files.set(key, bytes);
    }
    return bytes;
  }

  put(stats: BigIntStats, bytes: Buffer): void {
    const key = stateKey(stats);
    if (this.files.has(key)) {
      return;
    }
    this.files.set(key, bytes);
    this.total += bytes.length;
    for (const [oldest, { length }] of this.files) {
      if (this.total <= CAPACITY) {
        break;
      }
      this.files.delete(oldest);
      this.total -= length;
    }
  }
}
