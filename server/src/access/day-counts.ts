import { LeaseLost } from '../errors';
import { groupBy } from '../util/group';
import { part } from '../util/part';
import { chunks } from '../database/chunks';
import { onTable, type Table } from '../database/on-table';
import type { Database } from '../database/transactions';
import { Allowance, type Amount, type Charge, type Chargeable, type Used } from './allowance';
import { COUNTS_TABLE } from './counts-model';
import { dayBefore, dayOf } from './day';
import type { DayLimit } from './limits';

interface DayCountsDeps {
  db: Database;
  /** Returns the time in ms since 1970. */
  now(): number;
}

export const dayCounts = part<DayCounts>('day-counts');

/**
 * Counts files and bytes per day for callers with configured limits. The count is made in the transaction that
 * stores the files, by an update that matches no row if a limit would be exceeded. So it is correct for requests
 * at the same time and across processes, and a failed upload counts nothing.
 */
export class DayCounts {
  /** The day on which the counts of former days were last removed. */
  private tidied = '';

  constructor(private readonly deps: DayCountsDeps) {}

  /**
   * Returns the allowance of a request that begins now; undefined, without a query, if no limit applies. The
   * rows are inserted here and not in the transaction: on MariaDB two transactions that insert the same row would
   * deadlock.
   */
  async open(limits: readonly DayLimit[]): Promise<Allowance | undefined> {
    if (limits.length === 0) {
      return undefined;
    }
    const { now } = this.deps;
    const day = dayOf(now());
    const used: Used[] = [];
    for (const limit of limits) {
      const { subject } = limit;
      const found = await this.run((table) => table().where({ day, subject }).first());
      if (!found) {
        const row = { day, subject, files: 0, bytes: 0 };
        await this.run((table) => table().insert(row).onConflict(['day', 'subject']).ignore());
      }
      used.push({ limit, used: amountOf(found) });
    }
    return new Allowance(day, used, now);
  }

  /**
   * Counts files inside the transaction that stores them. Must be its first statement, for two reasons. Transactions
   * that wait for a count then hold no lock that another transaction needs. MariaDB from 11.6 on does not update a row
   * that was changed after the first read of the transaction.
   *
   * @throws DayLimitReached
   * @throws LeaseLost if the row of the day on which the uploads began no longer exists
   */
  async count(files: readonly Chargeable[]): Promise<void> {
    for (const [allowance, { files: count, bytes }] of totals(files)) {
      for (const limit of allowance.limits) {
        const { subject } = limit;
        await this.run(async (table) => {
          const row = () => table().where({ day: allowance.day, subject });
          const add = () =>
            row()
              .where('files', '<=', roomFor(limit.files, count))
              .where('bytes', '<=', roomFor(limit.bytes, bytes))
              .increment({ files: count, bytes });
          if ((await add()) !== 1) {
            const used = amountOf(await row().forUpdate().first());
            allowance.refusePast(limit, { files: used.files + count, bytes: used.bytes + bytes });
            // The update matched no row, but the row now has room: another request has reduced the counts in between.
            // `forUpdate` has locked the row, so no other request can change it before this second try.
            if ((await add()) !== 1) {
              throw new LeaseLost();
            }
          }
        });
      }
    }
  }

  /** Subtracts files that were deleted again because the entry they came with was refused. */
  async giveBack(files: readonly Chargeable[]): Promise<void> {
    for (const [{ day, limits }, amount] of totals(files)) {
      for (const { subject } of limits) {
        await this.run((table) =>
          table()
            .where({ day, subject })
            .decrement({ ...amount })
        );
      }
    }
  }

  /**
   * Removes the counts of former days, once a day. Yesterday's counts are kept for requests that began before midnight.
   * Rows are deleted by their ids, so that no other row is locked.
   */
  async forgetFormerDays(): Promise<void> {
    const now = this.deps.now();
    if (this.tidied === dayOf(now)) {
      return;
    }
    const rows: Array<{ id: number }> = await this.run((table) =>
      table().where('day', '<', dayBefore(now)).orderBy('id').select('id')
    );
    for (const some of chunks(rows.map(({ id }) => id))) {
      await this.run((table) => table().whereIn('id', some).delete());
    }
    this.tidied = dayOf(now);
  }

  private run<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    return onTable(this.deps.db, COUNTS_TABLE, work);
  }
}

/** Sums up the files by allowance. */
function totals(files: readonly Chargeable[]): Array<[Allowance, Amount]> {
  const charges = files.flatMap(({ charge }): Charge[] => (charge ? [charge] : []));
  return [...groupBy(charges, ({ allowance }) => allowance)].map(([allowance, some]) => [
    allowance,
    { files: some.length, bytes: some.reduce((sum, { bytes }) => sum + bytes, 0) },
  ]);
}

/** Returns the amount in a row of counts. PostgreSQL returns big integers as text. */
const amountOf = (row: { files: unknown; bytes: unknown } | undefined): Amount => ({
  files: Number(row?.files ?? 0),
  bytes: Number(row?.bytes ?? 0),
});

/**
 * The highest count to which `more` can be added within the limit. Infinity is replaced, since the columns cannot store
 * it.
 */
const roomFor = (limit: number, more: number): number =>
  Math.min(limit - more, Number.MAX_SAFE_INTEGER);
