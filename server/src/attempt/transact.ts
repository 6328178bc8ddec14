import type { Attempt } from './attempt';
import type { Database, Transactions } from '../database/transactions';

/** What a request has stored, and what comes after its rows are committed. */
export interface Aftermath {
  attempt: Pick<Attempt, 'restart' | 'settle' | 'undo' | 'wasCommitted' | 'leaveToRecovery'>;
  /** Tells others of the change. */
  announce(): Promise<unknown>;
  /** Hears of what fails after the commit: it is ours to mend, not the caller's. */
  log: { error(message: string): void };
}

/**
 * Runs database work in one transaction and then settles what the attempt has stored. After a failure
 * `withAttempt`, around all of it, takes that back. Inside a transaction that is running already (another plugin's, a lifecycle's) the work
 * joins it, and the rest waits for its end.
 *
 * After a deadlock the work is done again from its beginning.
 *
 * Only database work may be done inside: SQLite has one connection, and whatever else wants it
 * would wait for this transaction for ever.
 */
export async function transact<T>(
  { db, transaction }: Pick<Transactions, 'db' | 'transaction'>,
  work: () => Promise<T>,
  aftermath: Aftermath
): Promise<T> {
  if (db.inTransaction()) {
    return join(db, work, aftermath);
  }
  for (let tries = 1; ; tries += 1) {
    let done: { result: T } | undefined;
    try {
      await transaction(async () => {
        aftermath.attempt.restart();
        done = { result: await work() };
      });
    } catch (error) {
      if (isDeadlock(error) && tries < TRIES) {
        continue;
      }
      // Work that is done and not committed: a lost connection leaves open what came of it.
      if (!done || !(await committedByLedger(aftermath, error))) {
        throw error;
      }
    }
    await finish(aftermath);
    return done!.result;
  }
}

/** How often work is done anew that a database broke off to end a deadlock. */
const TRIES = 5;

/** Deadlock and serialization failure of PostgreSQL (SQLSTATE), deadlock of MySQL and MariaDB. */
const DEADLOCKS = new Set(['40P01', '40001', 'ER_LOCK_DEADLOCK']);

const isDeadlock = (error: unknown): boolean =>
  DEADLOCKS.has(String((error as { code?: unknown } | null)?.code));

/** Asks the ledger, whose rows were changed by the same transaction. */
async function committedByLedger({ attempt }: Aftermath, error: unknown): Promise<boolean> {
  try {
    return await attempt.wasCommitted();
  } catch {
    // The database is away: recovery asks it later.
    await attempt.leaveToRecovery();
    throw error;
  }
}

async function finish({ attempt, announce, log }: Aftermath): Promise<void> {
  const late = (error: unknown) => log.error(`After a commit: ${String(error)}`);
  await attempt.settle().catch(late);
  await announce().catch(late);
}

/** A savepoint makes the work all or nothing even for a caller that goes on after its failure. */
async function join<T>(db: Database, work: () => Promise<T>, aftermath: Aftermath): Promise<T> {
  const { attempt, log } = aftermath;
  const late = (error: unknown) => log.error(`After a caller's rollback: ${String(error)}`);
  return db.transaction(async ({ trx, onCommit, onRollback }) => {
    await trx.raw('SAVEPOINT strapi_upload');
    try {
      const result = await work();
      await trx.raw('RELEASE SAVEPOINT strapi_upload');
      // Strapi calls these without waiting for them: a failure has nobody else to tell.
      onCommit(() => void finish(aftermath));
      onRollback(() => void attempt.undo().catch(late));
      return result;
    } catch (error) {
      // MariaDB ends the whole transaction after a deadlock, with its savepoints: the deadlock is what is told.
      await trx.raw('ROLLBACK TO SAVEPOINT strapi_upload').catch(() => {});
      throw error;
    }
  });
}
