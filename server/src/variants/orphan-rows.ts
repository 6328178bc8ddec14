import { FILE_UID } from '../config/constants';
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
    const { db, table } = this.deps;
    const files = db.metadata.get(FILE_UID).tableName;
    const rows: Row[] = await this.run((variants) =>
      variants()
        .leftJoin(files, `${files}.id`, `${VARIANTS_TABLE}.file_id`)
        .where(`${VARIANTS_TABLE}.id`, '>=', from)
        .where(`${VARIANTS_TABLE}.id`, '<', to)
        .whereNull(`${files}.id`)
        .distinct(`${VARIANTS_TABLE}.file_id`)
    );
    await table.condemnOf(rows.map((row) => Number(row.file_id)));
  }

  /** Names of all variants and copies of the files with these hashes. */
  async namesOf(hashes: readonly string[]): Promise<Set<string>> {
    const files = this.deps.db.metadata.get(FILE_UID).tableName;
    const rows: Row[] = await this.run((variants) =>
      variants()
        .join(files, `${files}.id`, `${VARIANTS_TABLE}.file_id`)
        .whereIn(`${files}.hash`, hashes)
        // A row of the state "known" has no copy any more.
        .whereNot(`${VARIANTS_TABLE}.state`, 'known')
        .select(`${VARIANTS_TABLE}.name`)
    );
    return new Set(rows.map((row) => String(row.name)));
  }

  private run<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    return onTable(this.deps.db, VARIANTS_TABLE, work);
  }
}
