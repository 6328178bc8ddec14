import { LeaseLost } from '../errors';
import type { FileRow } from '../types/rows';
import { chunks } from '../database/chunks';
import { AbandonedRows } from './abandoned-rows';
import { LedgerTable, storedRowsOf, type LedgerOptions } from './ledger-table';
import type { LedgerObject, LedgerRow } from './model';
import { parse, type Columns } from './rows';
import { UnownedRows } from './unowned-rows';

/** The columns of a row that describe a file, without those that name the process. */
export interface Noted {
  objects: LedgerObject[];
  /** Key of the caller that creates the file. */
  creator: string | null;
  /** Whether private metadata may be left in the original, as in {@link LedgerRow}. */
  metadataKept?: boolean | undefined;
}

/** A new row for a file that had only markers before. */
interface Recorded extends Noted {
  provider: string;
}

/** The columns of a row that a transaction confirms. */
interface Confirmed extends Pick<Noted, 'objects' | 'metadataKept'> {
  /** Whether the file is new, so that the ledger has no older row of it. */
  isNew: boolean;
}

/** What identifies a file as long as its row exists, also after its bytes were replaced. */
export type FileIdentity = Pick<FileRow, 'id' | 'documentId'>;

/**
 * A journal of the objects in storage. A row is written before its objects are published. It is confirmed in the
 * transaction that writes the row of `files`. A row whose lease has run out tells recovery what to roll back or
 * complete.
 *
 * If another process may change a row at the same time, the change is a compare-and-set.
 */
export class Ledger {
  private readonly table: LedgerTable;
  /** Rows on which no process is working any more. */
  readonly abandoned: AbandonedRows;
  /** Rows of files that were deleted without this plugin's services. */
  readonly unowned: UnownedRows;

  constructor(options: LedgerOptions) {
    this.table = new LedgerTable(options);
    this.abandoned = new AbandonedRows(this.table);
    this.unowned = new UnownedRows(this.table);
  }

  /**
   * Writes rows that name objects before they are published: one row per file.
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
   * Holds a file, so that its objects can be changed: one change at a time across all processes.
   *
   * @returns key of the row that holds the file; null while another change holds the file
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

  /** The stored row of a file; null for a file of the built-in plugin. Each change of the objects writes a new row. */
  async storedOf(fileId: number): Promise<LedgerRow | null> {
    const [row] = await this.table.run((table) => storedRowsOf([fileId], table));
    return row ? parse(row) : null;
  }

  /** Key of the caller that created a file; null if unknown. */
  async creatorOf(file: FileIdentity): Promise<string | null> {
    return (await this.rowOf(file))?.creator ?? null;
  }

  /** Records the objects of a held file before they are published. */
  async name(key: string, objects: LedgerObject[]): Promise<void> {
    await this.change(key, { objects: JSON.stringify(objects) });
  }

  /**
   * Records that the objects belong to a row of `files`. Replaces the file's stored row, but keeps its creator, and
   * its `metadataKept` if the original stays. Runs inside the transaction that writes the row of `files`.
   *
   * @throws LeaseLost when the ledger row no longer belongs to this process; the transaction must then not commit
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
   * Writes a stored row for a file that had only markers before. Runs inside the transaction that writes the `files`
   * row.
   *
   * @throws if recovery has taken the key
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
   * Marks the objects of a held file for removal. Runs inside the transaction that deletes the row of `files`.
   *
   * @throws LeaseLost as `confirm` does
   */
  async condemn(key: string, fileId: number, objects: LedgerObject[]): Promise<LedgerRow> {
    await this.forgetStored(fileId);
    const columns = { state: 'removing', held_file: null, objects: JSON.stringify(objects) };
    await this.change(key, columns);
    return parse({ ...columns, key, provider: '', tries: 0, lease_until: 0 });
  }

  /**
   * Marks objects for removal because a row of `files` no longer names them. Runs inside the transaction that changes
   * that row.
   */
  async retire(provider: string, objects: LedgerObject[]): Promise<LedgerRow> {
    const row = this.table.newRow('removing', provider, objects);
    await this.table.run((table) => table().insert(row));
    return parse(row);
  }

  /**
   * Whether a row is no longer staged. Waits for a transaction that is being committed.
   *
   * @throws if the transaction does not end in time
   */
  async isConfirmed(key: string): Promise<boolean> {
    const [row] = await this.table.locking((table) =>
      table().where({ key }).select('state').forUpdate()
    );
    return row !== undefined && row.state !== 'staged';
  }

  /** Deletes a row whose objects are removed or were never created. */
  async close(key: string): Promise<void> {
    const { instance } = this.table.options;
    // From here on, the lease of the row is not renewed. So if the query fails, recovery takes the row.
    this.table.open.delete(key);
    await this.table.run((table) => table().where({ key, instance }).delete());
  }

  /** Leaves a row to recovery: its lease is not renewed any more. */
  abandon(key: string): void {
    this.table.open.delete(key);
  }

  /** Renews the leases of the unfinished rows of this process. */
  async renew(): Promise<void> {
    const { instance, lease, now } = this.table.options;
    for (const keys of chunks([...this.table.open])) {
      const until = { lease_until: now() + lease() };
      await this.table.run((table) =>
        table().where({ instance }).whereIn('key', keys).update(until)
      );
    }
  }

  /** Changes a staged row of this process. Throws LeaseLost if the row no longer belongs to this process. */
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

  /** The columns that a new stored row of a file takes over from the old one. */
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
