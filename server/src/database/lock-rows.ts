import { chunks } from './chunks';
import type { Database } from './transactions';

/**
 * Locks rows of a model until the transaction ends, always in the same order. Meanwhile no other transaction can
 * commit a row that refers to a locked row by a foreign key, as the links to files do: on PostgreSQL and MariaDB a
 * new reference locks the row it refers to, and SQLite has only one writer.
 *
 * @returns how many of the rows exist
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
