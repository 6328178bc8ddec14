import { FILE_UID } from '../config/constants';
import { afterCommit } from '../database/after-commit';
import type { Ledger } from '../ledger/ledger';
import type { Deletion, FileObjects, UnownedObjects } from './unowned';
import { chunks } from '../database/chunks';
import { isOwnDeletion } from './own-deletion';
import type { Database } from '../database/transactions';

interface DeletedRowsDeps {
  db: Database;
  ledger: Ledger;
  unowned: UnownedObjects;
  provider(): string;
  /** Whether to remove the objects of rows that were deleted without this plugin's services. */
  removesObjects(): boolean;
  /** Runs work that a shutdown waits for. */
  track(work: () => Promise<void>): Promise<void>;
  log: { error(message: string): void };
}

/**
 * The part of a lifecycle event that is used here. Strapi passes `state` from the hook before the deletion to the hook
 * after it.
 */
interface DeleteEvent {
  params: Deletion;
  state: Going | Record<string, never>;
}

/** Rows that are about to be deleted. */
interface Going {
  ids: number[];
  /** The objects of those rows that have no ledger row. */
  unknown: FileObjects[];
}

/**
 * Notes rows of `files` that are deleted without this plugin's services: by `strapi.db.query`, the document service
 * or the entity service. The objects stay, as with the built-in plugin, and their ledger rows become `unowned`:
 * inside the transaction of the deletion, or right after a deletion without a transaction. If the project wants
 * it, the objects are removed after the deletion is committed.
 *
 * Transfers and imports delete rows and write the same keys again. They call no lifecycle hook (Strapi 5.54).
 */
export class DeletedRows {
  constructor(private readonly deps: DeletedRowsDeps) {}

  private readonly before = async (event: DeleteEvent): Promise<void> => {
    if (!isOwnDeletion(event.params.where)) {
      const { unowned, removesObjects } = this.deps;
      const ids = await unowned.idsOf(event.params);
      event.state = { ids, unknown: removesObjects() ? await unowned.unknownOf(ids) : [] };
    }
  };

  /**
   * Runs after the deletion. A deletion without a transaction is already committed, so a failure here is only logged.
   */
  private readonly after = async ({ state }: DeleteEvent): Promise<void> => {
    const { ids = [], unknown = [] } = state;
    if (ids.length === 0) {
      return;
    }
    try {
      await this.disown(ids, unknown);
    } catch (error) {
      if (this.deps.db.inTransaction()) {
        throw error;
      }
      this.deps.log.error(
        `upload: the ledger could not record which rows of files were deleted: ${String(error)}`
      );
    }
  };

  readonly hooks = {
    models: [FILE_UID],
    beforeDelete: this.before,
    beforeDeleteMany: this.before,
    afterDelete: this.after,
    afterDeleteMany: this.after,
  };

  private async disown(ids: readonly number[], unknown: readonly FileObjects[]): Promise<void> {
    const { db, ledger, provider, removesObjects } = this.deps;
    const gone = await this.goneOf(ids);
    const named = unknown.filter(({ id }) => gone.has(id)).map(({ objects }) => objects);
    const keys = [
      ...(await ledger.unowned.disown([...gone])),
      ...(await ledger.unowned.name(provider(), named)),
    ];
    if (removesObjects()) {
      // No `await`: the code that deletes the row must not wait for the storage.
      await afterCommit(db, async () => void this.remove(keys));
    }
  }

  /** Returns which of the rows are really gone. `delete` removes only the first matching row. */
  private async goneOf(ids: readonly number[]): Promise<Set<number>> {
    const gone = new Set(ids);
    for (const some of chunks(ids, 500)) {
      for (const left of await this.deps.unowned.idsOf({ where: { id: { $in: some } } })) {
        gone.delete(left);
      }
    }
    return gone;
  }

  private async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      try {
        await this.deps.track(() => this.deps.unowned.remove(key));
      } catch (error) {
        this.deps.log.error(
          `upload: the stored objects of a deleted file row could not be removed: ${String(error)}`
        );
      }
    }
  }
}
