import { syncPath } from './disk';

/**
 * Makes a file's bytes survive a power cut. `all` includes all metadata; `data` includes the metadata that reading
 * needs.
 */
export type SyncFile = (file: string, what: 'all' | 'data') => Promise<void>;

/**
 * Number of unsynced bytes that start a sync: the largest value, with which a process begins, and the smallest value,
 * for a slow disk.
 */
const LARGEST_STEP = 16 * 2 ** 20;
const SMALLEST_STEP = 2 ** 20;

/**
 * A sync that takes longer than this, in ms, makes the next syncs smaller: all other writes to the disk wait behind a
 * sync.
 */
const LONG = 50;

/** Limit for all unsynced bytes, in steps. One step is being synced while the bytes of another step arrive. */
const STEPS = 2;

/**
 * Counts the bytes that uploads have written and that are not on the disk yet. Syncs them while more arrive.
 *
 * Without this, a whole large file would lie in the system's cache when its last byte has arrived. On ext4 each
 * database commit then waits until all of the file is on the disk, and SQLite commits wait on the main thread. So one
 * sync runs at a time, of the file with the most unsynced bytes. Writers wait if the disk is slower than they are.
 * Transactions on SQLite begin when few bytes are unsynced.
 */
export class UnsyncedBytes {
  /** Unsynced bytes of each file. A file that is completely on the disk is not in the map. */
  private readonly files = new Map<string, number>();
  private total = 0;
  private step = LARGEST_STEP;
  private waiting: Array<() => void> = [];

  /** The file that is being synced. */
  private running: { file: string; end: Promise<void> } | undefined;
  /**
   * Errors of failed syncs. The system reports such an error only once: a later sync of the same file would succeed.
   */
  private readonly failures = new Map<string, unknown>();

  /** @param sync makes a file's bytes survive a power cut */
  constructor(private readonly sync: SyncFile = syncPath) {}

  /** Counts bytes that were written to a file. Resolves when more may be written. */
  wrote(file: string, bytes: number): Promise<void> {
    this.files.set(file, (this.files.get(file) ?? 0) + bytes);
    this.total += bytes;
    if (!this.running && this.total >= this.step) {
      void this.syncLargest();
    }
    return this.allWritten();
  }

  /**
   * Syncs the whole file. Nothing may be written to the file after that.
   *
   * @throws the error of any failed sync of the file
   */
  async finish(file: string): Promise<void> {
    if (this.running?.file === file) {
      await this.running.end;
    }
    if (this.failures.has(file)) {
      throw this.failures.get(file);
    }
    await this.sync(file, 'all');
    this.forget(file);
  }

  /** Stops counting a file: it was removed, or it need not survive a power cut. */
  forget(file: string): void {
    this.synced(file, this.files.get(file) ?? 0);
    this.failures.delete(file);
  }

  /** Resolves when few bytes are unsynced. */
  async allWritten(): Promise<void> {
    while (this.total >= STEPS * this.step) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Syncs one file after another until less than one step is unsynced. */
  private async syncLargest(): Promise<void> {
    while (this.total >= this.step) {
      const [file, bytes] = [...this.files].reduce((one, other) =>
        other[1] > one[1] ? other : one
      );
      this.running = { file, end: this.syncPart(file, bytes) };
      await this.running.end;
    }
    this.running = undefined;
  }

  private async syncPart(file: string, bytes: number): Promise<void> {
    const begun = performance.now();
    try {
      await this.sync(file, 'data');
    } catch (error) {
      // A file that was removed meanwhile needs no sync.
      if (this.files.has(file)) {
        this.failures.set(file, error);
      }
    }
    this.adapt(bytes, performance.now() - begun);
    this.synced(file, bytes);
  }

  private synced(file: string, bytes: number): void {
    const left = this.files.get(file) ?? 0;
    const done = Math.min(bytes, left);
    this.total -= done;
    if (done === left) {
      this.files.delete(file);
    } else {
      this.files.set(file, left - done);
    }
    this.waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Makes the steps smaller for a slow disk, larger for a fast one. */
  private adapt(bytes: number, ms: number): void {
    if (ms > LONG) {
      this.step = Math.max(SMALLEST_STEP, this.step / 2);
    } else if (bytes >= this.step && ms < LONG / 3) {
      this.step = Math.min(LARGEST_STEP, this.step * 2);
    }
  }
}
