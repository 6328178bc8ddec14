import type { Database } from './transactions';

/** Does something once the caller's transaction is committed; at once, and waited for, where there is none. */
export async function afterCommit(db: Database, work: () => Promise<unknown>): Promise<void> {
  if (db.inTransaction()) {
    await db.transaction(async ({ onCommit }) => onCommit(() => void work()));
  } else {
    await work();
  }
}
