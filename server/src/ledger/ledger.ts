import { LeaseLost } from '../errors';
import type { FileRow } from '../types/rows';
import { chunks } from '../database/chunks';
import { AbandonedRows } from './abandoned-rows';
import { LedgerTable, storedRowsOf, type LedgerOptions } from './ledger-table';
import type { LedgerObject, LedgerRow } from './model';
import { parse, type Columns } from './rows';
import { UnownedRows } from './unowned-rows';

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
interface Confirmed extends Pick<Noted, 'objects' | 'metadataKept'> {
  /** Whether the file is new, so that the ledger has said nothing of it before. */
  isNew: boolean;
}

/** What names a file for as long as it lives, whatever becomes of its bytes. */
export type FileIdentity = Pick<FileRow, 'id' | 'documentId'>;

/**
 * The journal of what is in storage and why. Its rows are written before an object becomes
 * reachable, and confirmed in the transaction that makes the file row true; whoever finds a row
 * whose lease has run out knows what to undo or to finish.
 *
 * A change of a row that somebody else may change too is a compare-and-set.
 */
export class Ledger {
  private readonly table: LedgerTable;
  /** Rows on which nobody works any more. */
  readonly abandoned: AbandonedRows;
  /** Rows of files that were deleted past the plugin. */
  readonly unowned: UnownedRows;

  constructor(options: LedgerOptions) {
    this.table = new LedgerTable(options);
    this.abandoned = new AbandonedRows(this.table);
    this.unowned = new UnownedRows(this.table);
  }

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
      const row = this.table.newRow('staged', provider, objects);
      return { file, row: { ...row, owner: creator, metadata_kept: metadataKept } };
    });
    await this.table.insert(begun.map(({ row }) => row));
    return begun.map(({ file, row: { key } }) => {
      this.table.open.add(key);
      return { ...file, key };
    });
  }

  /**
   * Takes a file for changing its objects, one change at a time across instances.
   *
   * @returns key of the row that holds it; null while another change does
   */
  async hold(provider: string, fileId: number): Promise<string | null> {
    const row = { ...this.table.newRow('staged', provider, []), held_file: fileId };
    return this.table.run(async (table) => {
      await table().insert(row).onConflict('held_file').ignore();
      const [holder] = await table().where({ held_file: fileId }).select('key');
      if (holder?.key !== row.key) {
        return null;
      }
      this.table.open.add(row.key);
      return row.key;
    });
  }

  /**
   * What is known of a file's objects, another row each time that they have changed; null of those that
   * the built-in plugin stored.
   */
  async storedOf(fileId: number): Promise<LedgerRow | null> {
    const [row] = await this.table.run((table) => storedRowsOf([fileId], table));
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
  async confirm(
    key: string,
    file: FileIdentity,
    { objects, isNew, metadataKept }: Confirmed
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
      ...this.table.newRow('stored', provider, objects),
      key,
      owner: creator,
      metadata_kept: metadataKept ?? null,
      file_id: file.id,
      file_document: file.documentId,
      instance: null,
      lease_until: 0,
    };
    await this.table.run((table) => table().insert(row));
  }

  /**
   * The objects of a held file are to be removed. Inside the transaction that deletes the file row.
   *
   * @throws LeaseLost as `confirm` does
   */
  async condemn(key: string, fileId: number, objects: LedgerObject[]): Promise<LedgerRow> {
    await this.forgetStored(fileId);
    const columns = { state: 'removing', held_file: null, objects: JSON.stringify(objects) };
    await this.change(key, columns);
    return parse({ ...columns, key, provider: '', tries: 0, lease_until: 0 });
  }

  /** Objects that their file row names no more. Inside the transaction that makes it so. */
  async retire(provider: string, objects: LedgerObject[]): Promise<LedgerRow> {
    const row = this.table.newRow('removing', provider, objects);
    await this.table.run((table) => table().insert(row));
    return parse(row);
  }

  /**
   * Whether a row that was staged is something else now. A transaction that is being committed is waited for.
   *
   * @throws where that cannot be told in time
   */
  async isConfirmed(key: string): Promise<boolean> {
    const [row] = await this.table.locking((table) =>
      table().where({ key }).select('state').forUpdate()
    );
    return row !== undefined && row.state !== 'staged';
  }

  /** A row whose objects are gone, or were never made. */
  async close(key: string): Promise<void> {
    const { instance } = this.table.options;
    // Even if the database is away now: with nobody renewing it the row is recovery's.
    this.table.open.delete(key);
    await this.table.run((table) => table().where({ key, instance }).delete());
  }

  /** Leaves a row to recovery: its lease is not renewed any more. */
  abandon(key: string): void {
    this.table.open.delete(key);
  }

  /** Says that this instance lives and goes on with its unfinished rows. */
  async renew(): Promise<void> {
    const { instance, lease, now } = this.table.options;
    for (const keys of chunks([...this.table.open])) {
      const until = { lease_until: now() + lease() };
      await this.table.run((table) =>
        table().where({ instance }).whereIn('key', keys).update(until)
      );
    }
  }

  /** Changes a staged row that is ours, and says so loudly where it is not any more. */
  private async change(key: string, columns: Columns): Promise<void> {
    const { instance } = this.table.options;
    const changed = await this.table.run((table) =>
      table().where({ key, state: 'staged', instance }).update(columns)
    );
    if (changed !== 1) {
      throw new LeaseLost();
    }
    if (columns.state) {
      this.table.open.delete(key);
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
    const [row] = await this.table.run((table) =>
      storedRowsOf([id], table).where({ file_document: documentId })
    );
    return row ? parse(row) : null;
  }

  private async forgetStored(fileId: number): Promise<void> {
    await this.table.run((table) => storedRowsOf([fileId], table).delete());
  }
}
