import { chunks } from '../database/chunks';
import { storedRowsOf, type LedgerTable } from './ledger-table';
import type { LedgerObject, LedgerRow } from './model';
import { parse, type Columns } from './rows';

/** Ledger rows of files that were deleted without this plugin's services. */
export class UnownedRows {
  constructor(private readonly table: LedgerTable) {}

  /** Returns which of these files have a stored row in the ledger. */
  async storedAmong(fileIds: readonly number[]): Promise<number[]> {
    const rows: Columns[] = await this.table.run((table) =>
      storedRowsOf(fileIds, table).select('file_id')
    );
    return rows.map(({ file_id: id }) => Number(id));
  }

  /**
   * Marks the ledger rows of deleted files as unowned. Runs inside the transaction of the deletion, if there is
   * one.
   *
   * @returns keys of the rows that were marked
   */
  async disown(fileIds: readonly number[]): Promise<string[]> {
    const keys: string[] = [];
    for (const some of chunks(fileIds, 500)) {
      const rows: Columns[] = await this.table.run((table) =>
        storedRowsOf(some, table).select('key')
      );
      await this.table.run((table) => storedRowsOf(some, table).update({ state: 'unowned' }));
      keys.push(...rows.map(({ key }) => String(key)));
    }
    return keys;
  }

  /** Writes unowned rows for objects of deleted files that have no ledger row. Returns the keys of the new rows. */
  async name(provider: string, files: LedgerObject[][]): Promise<string[]> {
    const rows = files.map((objects) => ({
      ...this.table.newRow('unowned', provider, objects),
      instance: null,
      lease_until: 0,
    }));
    await this.table.insert(rows);
    return rows.map(({ key }) => key);
  }

  /** Returns an unowned row; null if its state has changed. */
  async find(key: string): Promise<LedgerRow | null> {
    const [row] = await this.table.run((table) => table().where({ key, state: 'unowned' }));
    return row ? parse(row) : null;
  }

  /** Marks the objects of an unowned row for removal. Returns false if another process was faster. */
  async condemn({ key }: LedgerRow): Promise<boolean> {
    const { instance, lease, now } = this.table.options;
    const columns = { state: 'removing', instance, lease_until: now() + lease() };
    const changed = await this.table.run((table) =>
      table().where({ key, state: 'unowned' }).update(columns)
    );
    return changed === 1;
  }
}
