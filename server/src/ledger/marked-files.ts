import { randomUUID } from 'node:crypto';
import { LeaseLost } from '../errors';
import { allOf } from '../util/parallel';
import type { AbandonedMarkers, Markers } from '../storage/port';
import type { Ledger, FileIdentity, Noted } from './ledger';
import type { LedgerObject, LedgerRow } from './model';

interface MarkableFile {
  objects: readonly LedgerObject[];
}

/**
 * New files whose objects are named by markers beside the bytes, and by a row in the ledger only once they are stored. It spares
 * a commit, which is what a small upload waits for most on SQLite.
 *
 * On SQLite alone: there one transaction writes at a time, so that recovery and a process that was taken for dead cannot both
 * have their way. Whoever comes first with the key, in its row, is right: a process that looked dead and commits late finds that key taken, or,
 * when the removal is over, its markers gone.
 */
export class MarkedFiles {
  /** @param provider name that rows note */
  constructor(
    private readonly markers: Markers,
    private readonly ledger: Ledger,
    private readonly provider: () => string
  ) {}

  /** Whether objects of such names can have markers. */
  fits(files: readonly MarkableFile[]): boolean {
    return this.markers.fits(files.flatMap(({ objects }) => objects));
  }

  /**
   * Names the objects of new files before they become reachable.
   *
   * @returns each file with its key
   */
  async begin<T extends MarkableFile>(files: readonly T[]): Promise<Array<T & { key: string }>> {
    const named = files.map((file) => ({ ...file, key: randomUUID() as string }));
    try {
      await allOf(named.map(({ key, objects }) => this.markers.set(key, objects)));
    } catch (error) {
      await allOf(named.map(({ key, objects }) => this.markers.clear(key, objects)));
      throw error;
    }
    return named;
  }

  /**
   * The objects are those of a file row from here on. Inside the transaction that writes that row.
   *
   * @throws LeaseLost when recovery has taken them back meanwhile
   */
  async record(key: string, file: FileIdentity, noted: Noted): Promise<void> {
    if (!this.markers.areSet(key, noted.objects)) {
      throw new LeaseLost();
    }
    await this.ledger.record(key, file, { ...noted, provider: this.provider() });
  }

  /** The rows are committed, or the objects are gone. */
  clear(key: string, objects: readonly LedgerObject[]): Promise<void> {
    return this.markers.clear(key, objects);
  }

  /** Leaves to recovery what the storage does not let go now. */
  async leave(key: string, objects: LedgerObject[]): Promise<void> {
    const isMarked = () => this.markers.areSet(key, objects);
    const row = await this.ledger.abandoned.condemnMarked(key, this.provider(), {
      objects,
      isMarked,
    });
    if (row) {
      await this.markers.clear(key, objects);
      await this.ledger.abandoned.postpone(row, 0);
    }
  }

  /**
   * What processes that live no more have left.
   *
   * @returns rows of removals, each this process's to carry out
   */
  async takeOver(): Promise<LedgerRow[]> {
    const rows: LedgerRow[] = [];
    for (const { key, objects, areSet, clear } of await this.markers.abandoned()) {
      const marked = { objects: describe(objects), isMarked: areSet };
      const row = await this.ledger.abandoned.condemnMarked(key, this.provider(), marked);
      await clear();
      if (row) {
        rows.push(row);
      }
    }
    return rows;
  }
}

const describe = (objects: AbandonedMarkers['objects']): LedgerObject[] =>
  objects.map((object) => ({ ...object, name: object.hash + object.ext, mime: '', path: null }));
