import { FILE_UID } from '../config/constants';
import { chunks } from '../database/chunks';
import { onTable, type Table } from '../database/on-table';
import type { Database } from '../database/transactions';
import { VARIANTS_TABLE } from './model';
import type { VariantTable } from './variant-table';

interface OrphanRowsDeps {
  db: Database;
  table: Pick<VariantTable, 'condemnOf'>;
}

type Row = Record<string, unknown>;

/** The rows of variants, beside those of their files. */
export class OrphanRows {
  constructor(private readonly deps: OrphanRowsDeps) {}

  /** Largest id; 0 if there is no row. */
  async lastId(): Promise<number> {
    const [row] = await this.run((table) => table().max('id as last'));
    return Number(row?.last ?? 0);
  }

  /** Marks rows with ids from `from` to below `to` as no longer used if their file does not exist. */
  async condemnOfDeleted(from: number, to: number): Promise<void> {
    const rows: Row[] = await this.run((table) =>
      table().where('id', '>=', from).where('id', '<', to).distinct('file_id')
    );
    const ids = rows.map((row) => Number(row.file_id));
    const there = new Set<number>();
    for (const some of chunks(ids)) {
      const found: Row[] = await this.runOnFiles((table) =>
        table().whereIn('id', some).select('id')
      );
      found.forEach((row) => there.add(Number(row.id)));
    }
    await this.deps.table.condemnOf(ids.filter((id) => !there.has(id)));
  }

  /** Names of all variants and copies of the files with these hashes. */
  async namesOf(hashes: readonly string[]): Promise<Set<string>> {
    const names = new Set<string>();
    for (const some of chunks(hashes)) {
      const files: Row[] = await this.runOnFiles((table) =>
        table().whereIn('hash', some).select('id')
      );
      for (const ids of chunks(files.map(({ id }) => Number(id)))) {
        const rows: Row[] = await this.run((table) =>
          // A row of the state "known" has no copy any more.
          table().whereIn('file_id', ids).whereNot({ state: 'known' }).select('name')
        );
        rows.forEach((row) => names.add(String(row.name)));
      }
    }
    return names;
  }

  private run<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    return onTable(this.deps.db, VARIANTS_TABLE, work);
  }

  private runOnFiles<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    const { db } = this.deps;
    return onTable(db, db.metadata.get(FILE_UID).tableName, work);
  }
}
