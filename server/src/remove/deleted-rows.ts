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
  /** Whether objects of rows that others delete are removed. */
  removesObjects(): boolean;
  /** Runs work that a shutdown waits for. */
  track(work: () => Promise<void>): Promise<void>;
  log: { error(message: string): void };
}

/** What a lifecycle hook of the query engine is told; the state goes from one hook to the next. */
interface DeleteEvent {
  params: Deletion;
  state: Going | Record<string, never>;
}

/** Rows that are about to go. */
interface Going {
  ids: number[];
  /** Objects of those that the ledger does not know. */
  unknown: FileObjects[];
}

/**
 * Hears of file rows that are deleted past this plugin: by `strapi.db.query`, the document service or the entity service.
 * Their objects stay, as with the built-in plugin, and the ledger says that they belong to no row: in the transaction of the
 * deletion, where that has one, else right after it. Where the project wants it they are removed, once the deletion is
 * committed.
 *
 * Transfers and imports, which delete rows and write the same keys anew, tell no hook (Strapi 5.54).
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

  /** A deletion that is done, without a transaction, is not undone by what fails after it. */
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
      this.deps.log.error(`upload: deleted rows were not noted in the ledger: ${String(error)}`);
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
      // Who deletes does not wait for a storage.
      await afterCommit(db, async () => void this.remove(keys));
    }
  }

  /** A deletion of one row takes the first that fits. */
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
        this.deps.log.error(`upload: objects of a deleted row were not removed: ${String(error)}`);
      }
    }
  }
}
