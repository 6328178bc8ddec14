import type { Knex } from 'knex';
import type { Database } from './transactions';

/** A new query on the table. */
export type Table = () => Knex.QueryBuilder;

/**
 * Runs queries on a table, inside the caller's transaction if there is one. SQLite has one connection, so a
 * query outside of the transaction would wait for it endlessly.
 */
export async function onTable<T>(
  db: Database,
  table: string,
  work: (table: Table) => PromiseLike<T>
): Promise<T> {
  const query = () => db.getConnection(table);
  return db.inTransaction()
    ? db.transaction(async ({ trx }) => work(() => query().transacting(trx)))
    : work(query);
}
