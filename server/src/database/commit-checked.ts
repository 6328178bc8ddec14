import type { Knex } from 'knex';

/** Commits, and throws if the database refuses the commit. Knex's own `commit` resolves even then. */
export async function commitChecked(
  transaction: Knex.Transaction,
  commit = transaction.commit
): Promise<void> {
  await commit();
  await transaction.executionPromise;
}
