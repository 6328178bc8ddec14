import { randomUUID } from 'node:crypto';
import { chunks } from '../database/chunks';
import { onTable, type Table } from '../database/on-table';
import type { Transactions } from '../database/transactions';
import { waitingBriefly } from '../database/waiting-briefly';
import { LEDGER_TABLE, type LedgerObject, type LedgerState } from './model';
import type { Columns } from './rows';

export interface LedgerOptions extends Transactions {
  /** Name of this process, unique among those that share the database. */
  instance: string;
  /** How long a row is ours after each sign of life, in ms. */
  lease(): number;
  now(): number;
  /** Longest wait for a row that another transaction has changed, in ms; ten seconds where it is left out. */
  lockWait?: number;
}

const LOCK_WAIT = 10_000;

/** The table of the ledger, and which of its rows this process works on. */
export class LedgerTable {
  /** Keys of rows that this process works on. */
  readonly open = new Set<string>();

  constructor(readonly options: LedgerOptions) {}

  /** Columns of a row that this process works on from now on. */
  newRow(state: LedgerState, provider: string, objects: LedgerObject[]) {
    const { instance, lease, now } = this.options;
    return {
      key: randomUUID(),
      state,
      objects: JSON.stringify(objects),
      provider,
      instance,
      lease_until: now() + lease(),
      tries: 0,
      created_at: new Date(now()),
    };
  }

  /** All rows or none. */
  async insert(rows: Columns[]): Promise<void> {
    const { db, transaction, write } = this.options;
    const table = () => db.getConnection(LEDGER_TABLE);
    const statements = chunks(rows).map((some) => table().insert(some));
    const [only] = statements.length === 1 ? statements : [];
    if (only) {
      await write(only);
      return;
    }
    await transaction(async ({ trx }) => {
      for (const statement of statements) {
        await statement.transacting(trx);
      }
    });
  }

  /** Runs work that waits for rows that another transaction has changed, for some seconds at most. */
  locking<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    const { db, lockWait } = this.options;
    return waitingBriefly(db, lockWait ?? LOCK_WAIT, async ({ trx }) =>
      work(() => {
        const query = db.getConnection(LEDGER_TABLE);
        return trx ? query.transacting(trx) : query;
      })
    );
  }

  /** Runs work on the table, in the caller's transaction where there is one. */
  run<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    return onTable(this.options.db, LEDGER_TABLE, work);
  }
}

/**
 * The stored rows of files. The state is asked for by what it is not: SQLite takes an index of `state` for better than
 * that of many ids, PostgreSQL reads it too until it has counted the table, and almost all rows are stored.
 */
export const storedRowsOf = (fileIds: readonly number[], table: Table) =>
  table().whereIn('file_id', fileIds).whereNotIn('state', ['staged', 'removing', 'unowned']);
