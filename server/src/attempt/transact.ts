import type { Attempt } from './attempt';
import type { Database, Transactions } from '../database/transactions';

/** The attempt of a request, and what is done after the commit. */
export interface Aftermath {
  attempt: Pick<Attempt, 'restart' | 'settle' | 'undo' | 'wasCommitted' | 'leaveToRecovery'>;
  /** Sends the events about the change. */
  announce(): Promise<unknown>;
  /** Logs failures after the commit. They do not reach the caller, whose change is committed. */
  log: { error(message: string): void };
}

/**
 * Runs database work in one transaction. After the commit the attempt is settled. After a failure `withAttempt`,
 * around this call, rolls the attempt back. If a transaction is already running (of another plugin or of a
 * lifecycle hook), the work joins it, and the rest is done after its end.
 *
 * After a deadlock the work is run again from its beginning.
 *
 * The work must do nothing but database work in this transaction: SQLite has one connection, and anything else that
 * needs a connection would wait for this transaction endlessly.
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
      // The work succeeded, but the commit reported an error. If only the connection was lost, the database may have
      // committed all the same. The ledger then knows the result.
      if (!done || !(await committedByLedger(aftermath, error))) {
        throw error;
      }
    }
    await finish(aftermath);
    return done!.result;
  }
}

/** How often work is tried if the database aborts it because of a deadlock. */
const TRIES = 5;

/**
 * Error codes with which the work is tried again. PostgreSQL: deadlock and serialization failure (SQLSTATE). MySQL and
 * MariaDB: deadlock.
 */
const DEADLOCKS = new Set(['40P01', '40001', 'ER_LOCK_DEADLOCK']);

const isDeadlock = (error: unknown): boolean =>
  DEADLOCKS.has(String((error as { code?: unknown } | null)?.code));

/** Asks the ledger whether the transaction was committed: the same transaction has changed rows of the ledger. */
async function committedByLedger({ attempt }: Aftermath, error: unknown): Promise<boolean> {
  try {
    return await attempt.wasCommitted();
  } catch {
    // The database cannot be reached. Recovery asks the ledger later.
    await attempt.leaveToRecovery();
    throw error;
  }
}

async function finish({ attempt, announce, log }: Aftermath): Promise<void> {
  const late = (error: unknown) =>
    log.error(
      `upload: a change was committed, but a step after the commit failed: ${String(error)}`
    );
  await attempt.settle().catch(late);
  await announce().catch(late);
}

/**
 * Runs the work behind a savepoint, so that it is all or nothing even if the caller catches its error and
 * continues.
 */
async function join<T>(db: Database, work: () => Promise<T>, aftermath: Aftermath): Promise<T> {
  const { attempt, log } = aftermath;
  const late = (error: unknown) =>
    log.error(
      `upload: the caller rolled back its transaction, but its changes of files could not be rolled back: ${String(error)}`
    );
  return db.transaction(async ({ trx, onCommit, onRollback }) => {
    await trx.raw('SAVEPOINT strapi_upload');
    try {
      const result = await work();
      await trx.raw('RELEASE SAVEPOINT strapi_upload');
      // Strapi does not await these callbacks, so a failure can only be logged.
      onCommit(() => void finish(aftermath));
      onRollback(() => void attempt.undo().catch(late));
      return result;
    } catch (error) {
      // After a deadlock MariaDB rolls back the whole transaction with its savepoints, and this statement fails.
      // The caller must get the deadlock error.
      await trx.raw('ROLLBACK TO SAVEPOINT strapi_upload').catch(() => {});
      throw error;
    }
  });
}
