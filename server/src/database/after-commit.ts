import type { Database } from './transactions';

/**
 * Runs work after the caller's transaction is committed, without waiting for it. Without a transaction, runs the
 * work at once and waits for it.
 */
export async function afterCommit(db: Database, work: () => Promise<unknown>): Promise<void> {
  if (db.inTransaction()) {
    await db.transaction(async ({ onCommit }) => onCommit(() => void work()));
  } else {
    await work();
  }
}
