import { randomUUID } from 'node:crypto';
import { LeaseLost } from '../errors';
import { allOf } from '../util/parallel';
import type { AbandonedMarkers, Markers } from '../storage/markers-port';
import type { Ledger, FileIdentity, Noted } from './ledger';
import type { LedgerObject, LedgerRow } from './model';

interface MarkableFile {
  objects: readonly LedgerObject[];
}

/**
 * New files whose objects are named by markers, which lie beside the staged bytes. Their ledger row is written only in
 * the transaction that stores them. This saves one commit, which is most of the waiting time of a small upload on
 * SQLite.
 *
 * Only for SQLite: it has one writing transaction at a time, so recovery and a process that is wrongly taken for dead
 * cannot both succeed. The first of them to insert a row with the key wins. If such a process commits late, its insert
 * fails because the key is taken. If the removal is already complete, the markers of that process are missing.
 */
export class MarkedFiles {
  /** @param provider returns the provider name for the rows */
  constructor(
    private readonly markers: Markers,
    private readonly ledger: Ledger,
    private readonly provider: () => string
  ) {}

  /** Whether markers can name these objects. */
  fits(files: readonly MarkableFile[]): boolean {
    return this.markers.fits(files.flatMap(({ objects }) => objects));
  }

  /**
   * Writes the markers of new files before their objects are published.
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
   * Records that the objects belong to a row of `files`. Runs inside the transaction that writes that row.
   *
   * @throws LeaseLost when recovery has rolled back the objects meanwhile
   */
  async record(key: string, file: FileIdentity, noted: Noted): Promise<void> {
    if (!this.markers.areSet(key, noted.objects)) {
      throw new LeaseLost();
    }
    await this.ledger.record(key, file, { ...noted, provider: this.provider() });
  }

  /** Deletes the markers, after the commit or after the objects were removed. */
  clear(key: string, objects: readonly LedgerObject[]): Promise<void> {
    return this.markers.clear(key, objects);
  }

  /** Leaves objects to recovery if the storage refuses to remove them now. */
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
   * Takes over the unfinished files of dead processes.
   *
   * @returns `removing` rows that this process has to carry out
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
