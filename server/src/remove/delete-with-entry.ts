import { Batches } from '../util/batches';
import { afterCommit } from '../database/after-commit';
import type { UsageLookup } from '../usage/use';
import { filesGoingAlong } from './files-going-along';

interface DeleteDeps {
  models: UsageLookup;
  /** Deletes those of the files that no entry uses. */
  deleteUnused(ids: readonly number[]): Promise<unknown>;
  log: { error(message: string): void };
}

/** The part of a document service call that is used here. */
interface DocumentCall {
  uid: string;
  action: string;
  params: { documentId?: string };
}

/**
 * The part of a lifecycle event that is used here. `beforeDelete` stores in `state` what it has read, and `afterDelete`
 * takes it.
 */
interface DeleteEvent {
  model: { uid: string };
  params: { where?: object };
  state: { going?: number[] };
}

const USER = 'plugin::users-permissions.user';

/**
 * Deletes files together with the last entry that uses them, if an attribute's schema says so
 * (`pluginOptions.upload.deleteWithEntry`). Runs after the deletion of the entry is committed, and keeps files that
 * are still in use. A failure here is logged and does not stop the deletion of the entry.
 */
export class DeleteWithEntry {
  /**
   * Each search for files that are still in use reads all texts of the project. So deletions at the same time share
   * one search.
   */
  private readonly deletions: Batches<number>;

  constructor(private readonly deps: DeleteDeps) {
    this.deletions = new Batches((ids) => deps.deleteUnused(ids));
  }

  /** Called for each action of the document service. Handles the deletion of a document, in one language or in all. */
  async onDocument({ uid, action, params }: DocumentCall, next: () => unknown): Promise<unknown> {
    const { documentId } = params;
    const deletes = action === 'delete' && documentId && uid !== USER;
    const going = deletes ? await this.going(uid, { documentId }) : [];
    const result = await next();
    await this.deleteAfterCommit(going);
    return result;
  }

  /**
   * Handles the deletion of users of the website. For these users, users-permissions does not use the document service
   * (Strapi 5.54).
   */
  readonly onUser = {
    models: [USER],
    beforeDelete: async ({ model, params, state }: DeleteEvent): Promise<void> => {
      state.going = params.where ? await this.going(model.uid, params.where) : [];
    },
    afterDelete: ({ state }: DeleteEvent): Promise<void> =>
      this.deleteAfterCommit(state.going ?? []),
  };

  private async going(uid: string, where: object): Promise<number[]> {
    const { models } = this.deps;
    return (await this.logging(() => filesGoingAlong(uid, where, models))) ?? [];
  }

  /**
   * Deletes the files after the commit of the caller's transaction. Without a transaction, deletes them immediately.
   */
  private async deleteAfterCommit(ids: readonly number[]): Promise<void> {
    const { models } = this.deps;
    const work = () => this.logging(() => this.deletions.add(ids));
    if (ids.length > 0) {
      await afterCommit(models.db, work);
    }
  }

  private async logging<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.deps.log.error(
        `upload: the files of a deleted entry could not be deleted: ${String(error)}`
      );
      return undefined;
    }
  }
}
