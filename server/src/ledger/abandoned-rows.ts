import { FILE_UID } from '../config/constants';
import type { LedgerTable } from './ledger-table';
import { LEDGER_TABLE, type LedgerObject, type LedgerRow, type LedgerState } from './model';
import { parse, type Columns } from './rows';

/** Unfinished ledger rows whose process no longer works on them. Recovery takes them over and completes them. */
export class AbandonedRows {
  constructor(private readonly table: LedgerTable) {}

  /** Unfinished rows whose lease has run out. */
  async expired(provider: string, limit: number): Promise<LedgerRow[]> {
    const rows: Columns[] = await this.table.run((table) =>
      table()
        .whereIn('state', ['staged', 'removing'])
        .where({ provider })
        .where('lease_until', '<', this.table.options.now())
        .orderBy('id')
        .limit(limit)
    );
    // A process that was blocked for longer than its lease must not roll back its own running work.
    return rows.map(parse).filter(({ key }) => !this.table.open.has(key));
  }

  /**
   * Takes over an expired row. Returns false when another process was faster.
   *
   * @throws if another transaction has changed the row and does not end in time
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

  /** Returns the rows of all processes that have this state. */
  async inState(state: LedgerState): Promise<LedgerRow[]> {
    const rows: Columns[] = await this.table.run((table) => table().where({ state }));
    return rows.map(parse);
  }

  /** The end of the lease of the row that holds a file, in ms since 1970; null if the file is not held. */
  async heldUntil(fileId: number): Promise<number | null> {
    const [row] = await this.table.run((table) => table().where({ held_file: fileId }));
    return row ? parse(row).leaseUntil : null;
  }

  /** The row that holds a file after its lease has run out; null if there is none. */
  async expiredHold(fileId: number): Promise<LedgerRow | null> {
    const [row] = await this.table.run((table) =>
      table().where({ held_file: fileId }).where('lease_until', '<', this.table.options.now())
    );
    // Running work of this process is never rolled back, even after its lease has run out.
    return row && !this.table.open.has(row.key) ? parse(row) : null;
  }

  /** Deletes the row with which a dead process holds a file. Such a row names no objects. */
  async endExpired(fileId: number): Promise<void> {
    await this.table.run((table) =>
      table()
        .where({ held_file: fileId })
        .where('lease_until', '<', this.table.options.now())
        .delete()
    );
  }

  /**
   * Takes the key of a new file that had only markers and whose process is dead. After this, no process can record
   * the key as stored.
   *
   * @param isMarked whether the markers still exist; a process that has taken the key clears the markers before it
   *   frees the key
   * @returns a `removing` row; null if a row of `files` names an object, or another process was faster
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
      // The ledger row of this key may have been replaced: a replacement of the file writes a ledger row with
      // another key, for objects at the same addresses. So the table `files` is checked too.
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

  /** Turns a row that is rolled back into a removal of these objects. The removal is tried after `pause` ms. */
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

  /** Leaves a removal for a later try, after `pause` ms. */
  async postpone({ key, tries }: LedgerRow, pause: number): Promise<void> {
    const { instance, now } = this.table.options;
    await this.table.run((table) =>
      table()
        .where({ key, instance })
        .update({ instance: null, tries: tries + 1, lease_until: now() + pause })
    );
  }
}
