import { FILE_UID } from '../config/constants';
import type { LedgerTable } from './ledger-table';
import { LEDGER_TABLE, type LedgerObject, type LedgerRow, type LedgerState } from './model';
import { parse, type Columns } from './rows';

/** Rows of the ledger on which nobody works any more, for recovery to take over and bring to an end. */
export class AbandonedRows {
  constructor(private readonly table: LedgerTable) {}

  /** Rows on which nobody works although there is work. */
  async expired(provider: string, limit: number): Promise<LedgerRow[]> {
    const rows: Columns[] = await this.table.run((table) =>
      table()
        .whereIn('state', ['staged', 'removing'])
        .where({ provider })
        .where('lease_until', '<', this.table.options.now())
        .orderBy('id')
        .limit(limit)
    );
    // A process that was stuck for longer than a lease must not undo its own running work.
    return rows.map(parse).filter(({ key }) => !this.table.open.has(key));
  }

  /**
   * Takes an expired row over; false when somebody else was faster.
   *
   * @throws where a transaction has changed the row, and does not end in time
   */
  async claim({ key, state, leaseUntil }: LedgerRow): Promise<boolean> {
    const { instance, lease, now } = this.table.options;
    const changed = await this.table.locking((table) =>
      table()
        .where({ key, state, lease_until: leaseUntil })
        .update({ instance, lease_until: now() + lease() })
    );
    return changed === 1;
  }

  /** Rows in a state, of all instances. */
  async inState(state: LedgerState): Promise<LedgerRow[]> {
    const rows: Columns[] = await this.table.run((table) => table().where({ state }));
    return rows.map(parse);
  }

  /** Until when a file is held, in ms since 1970; null where nobody does. */
  async heldUntil(fileId: number): Promise<number | null> {
    const [row] = await this.table.run((table) => table().where({ held_file: fileId }));
    return row ? parse(row).leaseUntil : null;
  }

  /** The row that holds a file although its lease is over; null where there is none. */
  async expiredHold(fileId: number): Promise<LedgerRow | null> {
    const [row] = await this.table.run((table) =>
      table().where({ held_file: fileId }).where('lease_until', '<', this.table.options.now())
    );
    // As in `expired`: running work of this process is never undone.
    return row && !this.table.open.has(row.key) ? parse(row) : null;
  }

  /** Ends what a process that is no more has held without naming objects. */
  async endExpired(fileId: number): Promise<void> {
    await this.table.run((table) =>
      table()
        .where({ held_file: fileId })
        .where('lease_until', '<', this.table.options.now())
        .delete()
    );
  }

  /**
   * Takes the key of a file that has had markers only, whose process is no more: it can never be recorded then.
   *
   * @param isMarked whether the markers are there still: somebody else who has taken the key clears them before the key is
   *   free again
   * @returns the row of a removal; null where a file row names an object, or somebody else was faster
   */
  async condemnMarked(
    key: string,
    provider: string,
    { objects, isMarked }: { objects: LedgerObject[]; isMarked(): boolean }
  ): Promise<LedgerRow | null> {
    const { db, instance, transaction } = this.table.options;
    const row = { ...this.table.newRow('removing', provider, objects), key };
    const hashes = objects.map(({ hash }) => hash);
    return transaction(async ({ trx }) => {
      // Its row may have gone since: a replacement has one of its own, and the objects at the same place.
      const files = db.getConnection(db.metadata.get(FILE_UID).tableName).transacting(trx);
      if (!isMarked() || (await files.whereIn('hash', hashes).first('id'))) {
        return null;
      }
      const table = () => db.getConnection(LEDGER_TABLE).transacting(trx);
      await table().insert(row).onConflict('key').ignore();
      const found = await table().where({ key, state: 'removing', instance }).first();
      return found ? parse(found as Columns) : null;
    });
  }

  /** Objects of a row that is taken back are to be removed once more, after a pause in ms. */
  async removeLater(key: string, objects: LedgerObject[], pause: number): Promise<void> {
    const { instance, now } = this.table.options;
    const columns = {
      state: 'removing',
      held_file: null,
      objects: JSON.stringify(objects),
      instance: null,
      lease_until: now() + pause,
    };
    await this.table.run((table) => table().where({ key, instance }).update(columns));
  }

  /** Gives a removal up for a while. */
  async postpone({ key, tries }: LedgerRow, pause: number): Promise<void> {
    const { instance, now } = this.table.options;
    await this.table.run((table) =>
      table()
        .where({ key, instance })
        .update({ instance: null, tries: tries + 1, lease_until: now() + pause })
    );
  }
}
