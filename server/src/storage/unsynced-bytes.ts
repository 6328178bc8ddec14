import { syncPath } from './disk';

/** Makes a file's bytes survive a power cut: all that the system knows of it, or what reading them needs. */
export type SyncFile = (file: string, what: 'all' | 'data') => Promise<void>;

/** Bytes that may wait for the disk before they are synced: at most, and at least on a slow disk. */
const LARGEST_STEP = 16 * 2 ** 20;
const SMALLEST_STEP = 2 ** 20;

/** A sync that takes longer, in ms, is followed by smaller ones: whatever else goes to the disk waits behind it. */
const LONG = 50;

/** Steps that may be unsynced in all: one is being synced, and one comes in meanwhile. */
const STEPS = 2;

/**
 * Counts the bytes that uploads have written and that are not on the disk yet, and syncs them while more come in.
 *
 * Without that all of a large file lies in the system's cache when its last byte has come. On ext4 each commit of a
 * database then waits until all of it is on the disk, and SQLite's waits in the thread that runs everything. So one sync
 * runs at a time, of the file that has most to sync; those who write wait where the disk is slower than they are, and
 * transactions on SQLite begin when little is left to sync.
 */
export class UnsyncedBytes {
  /** Bytes by file; a file is not in it when all of it is on the disk. */
  private readonly files = new Map<string, number>();
  private total = 0;
  private step = LARGEST_STEP;
  private waiting: Array<() => void> = [];

  /** The file that is being synced. */
  private running: { file: string; end: Promise<void> } | undefined;
  /** Why syncs of files failed. The system tells that once: a later sync of the file would succeed. */
  private readonly failures = new Map<string, unknown>();

  /** @param sync makes a file's bytes survive a power cut */
  constructor(private readonly sync: SyncFile = syncPath) {}

  /** Bytes were written to a file. Resolves when more may be. */
  wrote(file: string, bytes: number): Promise<void> {
    this.files.set(file, (this.files.get(file) ?? 0) + bytes);
    this.total += bytes;
    if (!this.running && this.total >= this.step) {
      void this.syncLargest();
    }
    return this.allWritten();
  }

  /**
   * Syncs all of a file, to which nothing is written any more.
   *
   * @throws what a sync of it has failed with
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

  /** The file is gone, or nobody cares for a power cut any more. */
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

  /** Syncs one file after the other until less than a step is left. */
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

  /** A disk that is slow gets less at a time, one that is fast more. */
  private adapt(bytes: number, ms: number): void {
    if (ms > LONG) {
      this.step = Math.max(SMALLEST_STEP, this.step / 2);
    } else if (bytes >= this.step && ms < LONG / 3) {
      this.step = Math.min(LARGEST_STEP, this.step * 2);
    }
  }
}
