import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';
import { commitChecked } from './commit-checked';
import { SharedCommit } from './shared-commit';

export type Database = Core.Strapi['db'];

/** Runs database work in a transaction, as Strapi's `db.transaction` does. */
export type RunTransaction = Database['transaction'];

/** Where database work is done. */
export interface Transactions {
  db: Database;
  /** Joins the caller's transaction where there is one. Throws where its own commit fails, too. */
  transaction: RunTransaction;
  /**
   * Runs one statement that writes. Elsewhere than on SQLite, and outside of the caller's transaction, it commits by itself.
   *
   * @returns what the statement returns
   */
  write(statement: Knex.QueryBuilder): Promise<unknown>;
}

/**
 * Strapi's transactions with what an upload needs of them beyond that.
 *
 * @param diskIsFree resolves when few bytes wait for the disk: SQLite's commit would wait for them, and hold everything up
 */
export function transactionsOf(db: Database, diskIsFree: () => Promise<void>): Transactions {
  const begin = () => db.connection.transaction();
  const shared = new SharedCommit(
    () => diskIsFree().then(() => beginWriting(begin)),
    () => db.connection.raw('ROLLBACK')
  );
  const isSqlite = db.dialect.client === 'sqlite';
  const join = isSqlite ? () => shared.join() : () => beginChecked(begin);
  // Strapi's own function, so that its context and hooks work; only whence it takes the
  // transaction of knex is ours.
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
 * A transaction that may write at once. SQLite's BEGIN takes no lock, and a transaction that has read
 * before it writes fails at once where another process is writing; here it waits for that one, for
 * as long as the connection's busy timeout says. BEGIN IMMEDIATE is not in knex: a write that
 * changes nothing takes the same lock (https://www.sqlite.org/lang_transaction.html).
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
