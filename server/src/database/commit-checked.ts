import type { Knex } from 'knex';

/** Knex resolves a commit also where the database has refused it; this throws then. */
export async function commitChecked(
  transaction: Knex.Transaction,
  commit = transaction.commit
): Promise<void> {
  await commit();
  await transaction.executionPromise;
}
