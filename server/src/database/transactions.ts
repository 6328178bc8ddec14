import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';
import { commitChecked } from './commit-checked';
import { SharedCommit } from './shared-commit';

export type Database = Core.Strapi['db'];

/** Runs database work in a transaction, as Strapi's `db.transaction` does. */
export type RunTransaction = Database['transaction'];

/** The database and its transactions. */
export interface Transactions {
  db: Database;
  /** Joins the caller's transaction if there is one. Throws also if the commit fails. */
  transaction: RunTransaction;
  /**
   * Runs one statement that writes. On other databases than SQLite, outside of the caller's transaction, the
   * statement commits by itself.
   *
   * @returns the result of the statement
   */
  write(statement: Knex.QueryBuilder): Promise<unknown>;
}

/**
 * Strapi's transactions with shared and checked commits.
 *
 * @param diskIsFree resolves when few bytes wait to be written to the disk; SQLite's commit would wait for all of
 *   them and block the process
 */
export function transactionsOf(db: Database, diskIsFree: () => Promise<void>): Transactions {
  const begin = () => db.connection.transaction();
  const shared = new SharedCommit(
    () => diskIsFree().then(() => beginWriting(begin)),
    () => db.connection.raw('ROLLBACK')
  );
  const isSqlite = db.dialect.client === 'sqlite';
  const join = isSqlite ? () => shared.join() : () => beginChecked(begin);
  // Uses Strapi's own function, so that its context and hooks work. Only the source of its knex transactions is
  // replaced.
  const view: Database = Object.create(db, { connection: { value: { transaction: join } } });
  const transaction = view.transaction.bind(view) as RunTransaction;
  return {
    db,
    transaction,
    write: async (statement) =>
      isSqlite || db.inTransaction()
        ? transaction(({ trx }) => statement.transacting(trx))
        : statement,
  };
}

async function beginChecked(begin: () => Promise<Knex.Transaction>): Promise<Knex.Transaction> {
  const transaction = await begin();
  const { commit } = transaction;
  return Object.assign(transaction, {
    commit: () => commitChecked(transaction, commit),
  });
}

/**
 * Begins a transaction that has the write lock from the start. SQLite's BEGIN takes no lock, and a transaction that
 * reads before it writes fails at once while another process is writing. This one waits for the other process, up
 * to the busy timeout of the connection. Knex has no BEGIN IMMEDIATE, but a write that changes nothing takes the
 * same lock (https://www.sqlite.org/lang_transaction.html).
 */
async function beginWriting(begin: () => Promise<Knex.Transaction>): Promise<Knex.Transaction> {
  const transaction = await begin();
  try {
    await transaction.raw('DELETE FROM sqlite_sequence WHERE 1 = 0');
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
  return transaction;
}
