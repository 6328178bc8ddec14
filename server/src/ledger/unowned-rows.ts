import { chunks } from '../database/chunks';
import { storedRowsOf, type LedgerTable } from './ledger-table';
import type { LedgerObject, LedgerRow } from './model';
import { parse, type Columns } from './rows';

/** What the ledger says of files whose rows were deleted by queries past the plugin. */
export class UnownedRows {
  constructor(private readonly table: LedgerTable) {}

  /** Those of some files that the ledger knows. */
  async storedAmong(fileIds: readonly number[]): Promise<number[]> {
    const rows: Columns[] = await this.table.run((table) =>
      storedRowsOf(fileIds, table).select('file_id')
    );
    return rows.map(({ file_id: id }) => Number(id));
  }

  /**
   * The rows of these files are gone, deleted by somebody else; in the transaction of that, where it has one.
   *
   * @returns keys of what was known of them
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

  /** Names objects of file rows that are gone, of which the ledger knew nothing; returns keys. */
  async name(provider: string, files: LedgerObject[][]): Promise<string[]> {
    const rows = files.map((objects) => ({
      ...this.table.newRow('unowned', provider, objects),
      instance: null,
      lease_until: 0,
    }));
    await this.table.insert(rows);
    return rows.map(({ key }) => key);
  }

  /** An unowned row; null where it is something else now. */
  async find(key: string): Promise<LedgerRow | null> {
    const [row] = await this.table.run((table) => table().where({ key, state: 'unowned' }));
    return row ? parse(row) : null;
  }

  /** An unowned row's objects are to be removed; false where somebody else was faster. */
  async condemn({ key }: LedgerRow): Promise<boolean> {
    const { instance, lease, now } = this.table.options;
    const columns = { state: 'removing', instance, lease_until: now() + lease() };
    const changed = await this.table.run((table) =>
      table().where({ key, state: 'unowned' }).update(columns)
    );
    return changed === 1;
  }
}
