import { chunks } from './chunks';
import type { Database } from './transactions';

/**
 * Locks rows of a model until the transaction ends, always in the same order. What refers to a row by a
 * foreign key, as links do to files, can be neither made nor committed meanwhile: PostgreSQL and
 * MariaDB let a new reference lock its row, SQLite has one writer.
 *
 * @returns how many of them there are
 */
export async function lockRows(uid: string, ids: readonly number[], db: Database): Promise<number> {
  const { tableName } = db.metadata.get(uid);
  const ordered = [...new Set(ids)].sort((a, b) => a - b);
  return db.transaction(async ({ trx }) => {
    let found = 0;
    for (const some of chunks(ordered)) {
      const rows: unknown[] = await db
        .getConnection(tableName)
        .whereIn('id', some)
        .orderBy('id')
        .select('id')
        .forUpdate()
        .transacting(trx);
      found += rows.length;
    }
    return found;
  });
}
