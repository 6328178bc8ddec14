import type { BigIntStats } from 'node:fs';

/** Size of the largest file that is cached, in bytes. The cache is meant for thumbnails and icons. */
const LARGEST = 64 * 1024;

/** Maximum number of bytes of all cached files together. */
const CAPACITY = 16 * 1024 * 1024;

/**
 * How long a file must be unchanged before it is cached, in ms. A file can change twice within one tick of the clock,
 * and the second change would go unnoticed.
 */
const UNCHANGED_FOR = 2000;

/**
 * Identifies one state of a file on this machine. `ctime` changes even if a write changes neither size nor modification
 * time.
 */
export const stateKey = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev}-${ino}-${size}-${mtimeNs}-${ctimeNs}`;

/** Caches the bytes of recently requested small files, so that a request for such a file costs only one `stat`. */
export class SmallFiles {
  private readonly files = new Map<string, Buffer>();
  private total = 0;

  /** Whether a file in this state may be cached. */
  takes({ size, ctimeMs }: BigIntStats): boolean {
    return size > 0n && size <= LARGEST && Date.now() - Number(ctimeMs) > UNCHANGED_FOR;
  }

  get(stats: BigIntStats): Buffer | undefined {
    const key = stateKey(stats);
    const bytes = this.files.get(key);
    if (bytes) {
      // Moves a used entry to the end: a Map keeps insertion order, and the first entries are removed first.
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
