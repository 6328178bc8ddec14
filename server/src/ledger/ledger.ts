import { randomUUID } from 'node:crypto';
import { FILE_UID } from '../config/constants';
import { LeaseLost } from '../errors';
import type { FileRow } from '../types/rows';
import { chunks } from '../database/chunks';
import { onTable, type Table } from '../database/on-table';
import { waitingBriefly } from '../database/waiting-briefly';
import type { Transactions } from '../database/transactions';
import { LEDGER_TABLE, type LedgerObject, type LedgerRow, type LedgerState } from './model';
import { parse, type Columns } from './rows';

interface LedgerOptions extends Transactions {
  /** Name of this process, unique among those that share the database. */
  instance: string;
  /** How long a row is ours after each sign of life, in ms. */
  lease(): number;
  now(): number;
  /** Longest wait for a row that another transaction has changed, in ms; ten seconds where it is left out. */
  lockWait?: number;
}

const LOCK_WAIT = 10_000;

/** What a row says of a file, beside who works on it. */
export interface Noted {
  objects: LedgerObject[];
  /** Who creates the file. */
  creator: string | null;
  /** As {@link LedgerRow} has it. */
  metadataKept?: boolean | undefined;
}

/** What a row is to say of a file that has had markers only. */
interface Recorded extends Noted {
  provider: string;
}

/** What a row is to say of a file from its transaction on. */
interface Settled extends Pick<Noted, 'objects' | 'metadataKept'> {
  /** Whether the file is new, so that the ledger has said nothing of it before. */
  isNew: boolean;
}

/** What names a file for as long as it lives, whatever becomes of its bytes. */
export type FileIdentity = Pick<FileRow, 'id' | 'documentId'>;

/**
 * The journal of what is in storage and why. Its rows are written before an object becomes
 * reachable, and settled in the transaction that makes the file row true; whoever finds a row
 * whose lease has run out knows what to undo or to finish.
 *
 * A change of a row that somebody else may change too is a compare-and-set.
 */
export class Ledger {
  /** Keys of rows that this process works on. */
  private readonly open = new Set<string>();

  constructor(private readonly options: LedgerOptions) {}

  /**
   * Names objects that are about to become reachable: one row per file.
   *
   * @returns each file with the key of its row
   */
  async begin<T extends Noted>(
    provider: string,
    files: readonly T[]
  ): Promise<Array<T & { key: string }>> {
    const begun = files.map((file) => {
      const { objects, creator, metadataKept = null } = file;
      const row = this.row('staged', provider, objects);
      return { file, row: { ...row, owner: creator, metadata_kept: metadataKept } };
    });
    await this.insert(begun.map(({ row }) => row));
    return begun.map(({ file, row: { key } }) => {
      this.open.add(key);
      return { ...file, key };
    });
  }

  /**
   * Takes a file for changing its objects, one change at a time across instances.
   *
   * @returns key of the row that holds it; null while another change does
   */
  async hold(provider: string, fileId: number): Promise<string | null> {
    const row = { ...this.row('staged', provider, []), held_file: fileId };
    return this.run(async (table) => {
      await table().insert(row).onConflict('held_file').ignore();
      const [holder] = await table().where({ held_file: fileId }).select('key');
      if (holder?.key !== row.key) {
        return null;
      }
      this.open.add(row.key);
      return row.key;
    });
  }

  /** Until when a file is held, in ms since 1970; null where nobody does. */
  async heldUntil(fileId: number): Promise<number | null> {
    const [row] = await this.run((table) => table().where({ held_file: fileId }));
    return row ? parse(row).leaseUntil : null;
  }

  /** The row that holds a file although its lease is over; null where there is none. */
  async expiredHold(fileId: number): Promise<LedgerRow | null> {
    const [row] = await this.run((table) =>
      table().where({ held_file: fileId }).where('lease_until', '<', this.options.now())
    );
    // As in `expired`: running work of this process is never undone.
    return row && !this.open.has(row.key) ? parse(row) : null;
  }

  /** Ends what a process that is no more has held without naming objects. */
  async endExpired(fileId: number): Promise<void> {
    await this.run((table) =>
      table().where({ held_file: fileId }).where('lease_until', '<', this.options.now()).delete()
    );
  }

  /**
   * What is known of a file's objects, another row each time that they have changed; null of those that
   * the built-in plugin stored.
   */
  async storedOf(fileId: number): Promise<LedgerRow | null> {
    const [row] = await this.run((table) => storedRowsOf([fileId], table));
    return row ? parse(row) : null;
  }

  /** Who created a file; null where nobody knows. */
  async creatorOf(file: FileIdentity): Promise<string | null> {
    return (await this.rowOf(file))?.creator ?? null;
  }

  /** Names the objects of a held file that are about to become reachable. */
  async name(key: string, objects: LedgerObject[]): Promise<void> {
    await this.change(key, { objects: JSON.stringify(objects) });
  }

  /**
   * The objects are those of a file row from here on; what the ledger said of that file before is
   * over, but for who created it, and what is known of an original that stays. Inside the transaction that writes the file row.
   *
   * @throws LeaseLost when the row is ours no more: then the transaction must not commit
   */
  async settle(
    key: string,
    file: FileIdentity,
    { objects, isNew, metadataKept }: Settled
  ): Promise<void> {
    const kept = isNew ? {} : await this.handedOn(file, metadataKept);
    if (!isNew) {
      await this.forgetStored(file.id);
    }
    await this.change(key, {
      ...kept,
      state: 'stored',
      file_id: file.id,
      file_document: file.documentId,
      held_file: null,
      objects: JSON.stringify(objects),
      instance: null,
      lease_until: 0,
    });
  }

  /**
   * The objects of a file that has had markers only are those of a file row from here on. Inside the transaction that writes
   * that row.
   *
   * @throws where recovery has taken the key
   */
  async record(
    key: string,
    file: FileIdentity,
    { provider, objects, creator, metadataKept }: Recorded
  ): Promise<void> {
    const row = {
      ...this.row('stored', provider, objects),
      key,
      owner: creator,
      metadata_kept: metadataKept ?? null,
      file_id: file.id,
      file_document: file.documentId,
      instance: null,
      lease_until: 0,
    };
    await this.run((table) => table().insert(row));
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
    const { db, instance, transaction } = this.options;
    const row = { ...this.row('removing', provider, objects), key };
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

  /**
   * The objects of a held file are to be removed. Inside the transaction that deletes the file row.
   *
   * @throws LeaseLost as `settle` does
   */
  async condemn(key: string, fileId: number, objects: LedgerObject[]): Promise<LedgerRow> {
    await this.forgetStored(fileId);
    const columns = { state: 'removing', held_file: null, objects: JSON.stringify(objects) };
    await this.change(key, columns);
    return parse({ ...columns, key, provider: '', tries: 0, lease_until: 0 });
  }

  /** Objects that their file row names no more. Inside the transaction that makes it so. */
  async retire(provider: string, objects: LedgerObject[]): Promise<LedgerRow> {
    const row = this.row('removing', provider, objects);
    await this.run((table) => table().insert(row));
    return parse(row);
  }

  /** Those of some files that the ledger knows. */
  async storedAmong(fileIds: readonly number[]): Promise<number[]> {
    const rows: Columns[] = await this.run((table) =>
      storedRowsOf(fileIds, table).select('file_id')
    );
    return rows.map(({ file_id: id }) => Number(id));
  }

  /**
   * The rows of these files are gone, deleted by somebody else; in the transaction of that, where it has one.
   *
   * @returns keys of what was known of them
   */
  async disown(fileIds: readonly number[]): Promise<string[]> {
    const keys: string[] = [];
    for (const some of chunks(fileIds, 500)) {
      const rows: Columns[] = await this.run((table) => storedRowsOf(some, table).select('key'));
      await this.run((table) => storedRowsOf(some, table).update({ state: 'unowned' }));
      keys.push(...rows.map(({ key }) => String(key)));
    }
    return keys;
  }

  /** Names objects of file rows that are gone, of which the ledger knew nothing; returns keys. */
  async nameUnowned(provider: string, files: LedgerObject[][]): Promise<string[]> {
    const rows = files.map((objects) => ({
      ...this.row('unowned', provider, objects),
      instance: null,
      lease_until: 0,
    }));
    await this.insert(rows);
    return rows.map(({ key }) => key);
  }

  /** An unowned row; null where it is something else now. */
  async unowned(key: string): Promise<LedgerRow | null> {
    const [row] = await this.run((table) => table().where({ key, state: 'unowned' }));
    return row ? parse(row) : null;
  }

  /** An unowned row's objects are to be removed; false where somebody else was faster. */
  async condemnUnowned({ key }: LedgerRow): Promise<boolean> {
    const { instance, lease, now } = this.options;
    const columns = { state: 'removing', instance, lease_until: now() + lease() };
    const changed = await this.run((table) =>
      table().where({ key, state: 'unowned' }).update(columns)
    );
    return changed === 1;
  }

  /**
   * Whether a row that was staged is something else now. A transaction that is being committed is waited for.
   *
   * @throws where that cannot be told in time
   */
  async isSettled(key: string): Promise<boolean> {
    const [row] = await this.locking((table) => table().where({ key }).select('state').forUpdate());
    return row !== undefined && row.state !== 'staged';
  }

  /** A row whose objects are gone, or were never made. */
  async close(key: string): Promise<void> {
    const { instance } = this.options;
    // Even if the database is away now: with nobody renewing it the row is recovery's.
    this.open.delete(key);
    await this.run((table) => table().where({ key, instance }).delete());
  }

  /** Leaves a row to recovery: its lease is not renewed any more. */
  abandon(key: string): void {
    this.open.delete(key);
  }

  /** Objects of a row that is taken back are to be removed once more, after a pause in ms. */
  async removeLater(key: string, objects: LedgerObject[], pause: number): Promise<void> {
    const { instance, now } = this.options;
    const columns = {
      state: 'removing',
      held_file: null,
      objects: JSON.stringify(objects),
      instance: null,
      lease_until: now() + pause,
    };
    await this.run((table) => table().where({ key, instance }).update(columns));
  }

  /** Gives a removal up for a while. */
  async postpone({ key, tries }: LedgerRow, pause: number): Promise<void> {
    const { instance, now } = this.options;
    await this.run((table) =>
      table()
        .where({ key, instance })
        .update({ instance: null, tries: tries + 1, lease_until: now() + pause })
    );
  }

  /** Says that this instance lives and goes on with its unfinished rows. */
  async renew(): Promise<void> {
    const { instance, lease, now } = this.options;
    for (const keys of chunks([...this.open])) {
      const until = { lease_until: now() + lease() };
      await this.run((table) => table().where({ instance }).whereIn('key', keys).update(until));
    }
  }

  /** Rows on which nobody works although there is work. */
  async expired(provider: string, limit: number): Promise<LedgerRow[]> {
    const rows: Columns[] = await this.run((table) =>
      table()
        .whereIn('state', ['staged', 'removing'])
        .where({ provider })
        .where('lease_until', '<', this.options.now())
        .orderBy('id')
        .limit(limit)
    );
    // A process that was stuck for longer than a lease must not undo its own running work.
    return rows.map(parse).filter(({ key }) => !this.open.has(key));
  }

  /**
   * Takes an expired row over; false when somebody else was faster.
   *
   * @throws where a transaction has changed the row, and does not end in time
   */
  async claim({ key, state, leaseUntil }: LedgerRow): Promise<boolean> {
    const { instance, lease, now } = this.options;
    const changed = await this.locking((table) =>
      table()
        .where({ key, state, lease_until: leaseUntil })
        .update({ instance, lease_until: now() + lease() })
    );
    return changed === 1;
  }

  /** Rows in a state, of all instances. */
  async inState(state: LedgerState): Promise<LedgerRow[]> {
    const rows: Columns[] = await this.run((table) => table().where({ state }));
    return rows.map(parse);
  }

  private async insert(rows: Columns[]): Promise<void> {
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

  /** Changes a staged row that is ours, and says so loudly where it is not any more. */
  private async change(key: string, columns: Columns): Promise<void> {
    const { instance } = this.options;
    const changed = await this.run((table) =>
      table().where({ key, state: 'staged', instance }).update(columns)
    );
    if (changed !== 1) {
      throw new LeaseLost();
    }
    if (columns.state) {
      this.open.delete(key);
    }
  }

  /** What a file's row says that takes the place of another. */
  private async handedOn(file: FileIdentity, metadataKept: boolean | undefined): Promise<Columns> {
    const row = await this.rowOf(file);
    return {
      owner: row?.creator ?? null,
      metadata_kept: metadataKept ?? row?.metadataKept ?? null,
    };
  }

  private async rowOf({ id, documentId }: FileIdentity): Promise<LedgerRow | null> {
    const [row] = await this.run((table) =>
      storedRowsOf([id], table).where({ file_document: documentId })
    );
    return row ? parse(row) : null;
  }

  private async forgetStored(fileId: number): Promise<void> {
    await this.run((table) => storedRowsOf([fileId], table).delete());
  }

  private row(state: LedgerState, provider: string, objects: LedgerObject[]) {
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

  private locking<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    const { db, lockWait } = this.options;
    return waitingBriefly(db, lockWait ?? LOCK_WAIT, async ({ trx }) =>
      work(() => {
        const query = db.getConnection(LEDGER_TABLE);
        return trx ? query.transacting(trx) : query;
      })
    );
  }

  private run<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    return onTable(this.options.db, LEDGER_TABLE, work);
  }
}

/**
 * The stored rows of files. The state is asked for by what it is not: SQLite takes an index of `state` for better than
 * that of many ids, PostgreSQL reads it too until it has counted the table, and almost all rows are stored.
 */
const storedRowsOf = (fileIds: readonly number[], table: Table) =>
  table().whereIn('file_id', fileIds).whereNotIn('state', ['staged', 'removing', 'unowned']);
