import { randomUUID } from 'node:crypto';
import { chunks } from '../database/chunks';
import { onTable, type Table } from '../database/on-table';
import type { Transactions } from '../database/transactions';
import { waitingBriefly } from '../database/waiting-briefly';
import { LEDGER_TABLE, type LedgerObject, type LedgerState } from './model';
import type { Columns } from './rows';

export interface LedgerOptions extends Transactions {
  /** Name of this process, unique among the processes that share the database. */
  instance: string;
  /** How long a row belongs to this process after each renewal, in ms. */
  lease(): number;
  now(): number;
  /** Longest wait for a row that another transaction has changed, in ms. Ten seconds by default. */
  lockWait?: number;
}

const LOCK_WAIT = 10_000;

/** The table of the ledger, and the rows on which this process is working. */
export class LedgerTable {
  /** Keys of the rows on which this process is working. */
  readonly open = new Set<string>();

  constructor(readonly options: LedgerOptions) {}

  /** Columns of a new row on which this process is working. */
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

  /** Inserts all rows or none. */
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

  /** Runs work that waits for rows that another transaction has changed. The wait is limited to `lockWait`. */
  locking<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    const { db, lockWait } = this.options;
    return waitingBriefly(db, lockWait ?? LOCK_WAIT, async ({ trx }) =>
      work(() => {
        const query = db.getConnection(LEDGER_TABLE);
        return trx ? query.transacting(trx) : query;
      })
    );
  }

  /** Runs work on the table, inside the caller's transaction if there is one. */
  run<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    return onTable(this.options.db, LEDGER_TABLE, work);
  }
}

/**
 * The stored rows of files. The condition excludes the other states instead of naming the state `stored`, since
 * almost all rows have that state. With `state = 'stored'`, SQLite would prefer the index on `state` to the one on
 * many file ids. PostgreSQL would also read the index on `state`, until it has collected statistics of the table.
 */
export const storedRowsOf = (fileIds: readonly number[], table: Table) =>
  table().whereIn('file_id', fileIds).whereNotIn('state', ['staged', 'removing', 'unowned']);
