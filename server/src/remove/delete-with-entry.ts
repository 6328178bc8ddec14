import { Batches } from '../util/batches';
import { afterCommit } from '../database/after-commit';
import type { UsageLookup } from '../usage/use';
import { filesGoingAlong } from './files-going-along';

interface DeleteDeps {
  models: UsageLookup;
  /** Deletes those of some files that no entry uses. */
  deleteUnused(ids: readonly number[]): Promise<unknown>;
  log: { error(message: string): void };
}

/** What a middleware of the document service is told, as far as this asks. */
interface DocumentCall {
  uid: string;
  action: string;
  params: { documentId?: string };
}

/** What a lifecycle hook of the query engine is told; the state goes from one hook to the next. */
interface DeleteEvent {
  model: { uid: string };
  params: { where?: object };
  state: { going?: number[] };
}

const USER = 'plugin::users-permissions.user';

/**
 * Deletes files with the last entry that uses them, where an attribute's schema says so
 * (`pluginOptions.upload.deleteWithEntry`): when the deletion is committed, and never one that is used
 * still. An entry is deleted also where this fails, which the log tells.
 */
export class DeleteWithEntry {
  /** Each look for files that are used still reads all texts of the project: many deletions share one. */
  private readonly deletions: Batches<number>;

  constructor(private readonly deps: DeleteDeps) {
    this.deletions = new Batches((ids) => deps.deleteUnused(ids));
  }

  /** Documents, in one language or all. */
  async onDocument({ uid, action, params }: DocumentCall, next: () => unknown): Promise<unknown> {
    const { documentId } = params;
    const deletes = action === 'delete' && documentId && uid !== USER;
    const going = deletes ? await this.going(uid, { documentId }) : [];
    const result = await next();
    await this.deleteAfterCommit(going);
    return result;
  }

  /** Users of the website: their plugin deletes them without the document service (Strapi 5.54). */
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

  /** At once where the caller has no transaction. */
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
      this.deps.log.error(`Files that go with an entry were not deleted: ${String(error)}`);
      return undefined;
    }
  }
}
