import { FILE_UID } from '../config/constants';
import { afterCommit } from '../database/after-commit';
import type { Database } from '../database/transactions';
import type { VariantBudget } from './budget';
import type { Sources } from './sources';
import type { VariantTable } from './variant-table';

interface FileChangesDeps {
  db: Database;
  table: VariantTable;
  sources: Sources;
  budget: VariantBudget;
}

/** The parts of a lifecycle event that are used here. */
interface FileEvent {
  params: { where?: unknown; data?: Record<string, unknown> };
  result?: { id?: number } | null;
  state: { variantsOf?: number[] };
}

/** Columns that change with the bytes of a file. */
const BYTES = ['url', 'hash', 'size', 'mime'];

/**
 * Removes variants whose file changes: all of a deleted or replaced file, and the crops where the focal point changes.
 * The rows change in the transaction of the change, and the bytes are removed after it.
 */
export class FileChanges {
  constructor(private readonly deps: FileChangesDeps) {}

  private readonly before = async (event: FileEvent): Promise<void> => {
    const { db } = this.deps;
    const rows = await db
      .query(FILE_UID)
      .findMany({ where: event.params.where as object, select: ['id'] });
    event.state.variantsOf = rows.map(({ id }: { id: number }) => id);
  };

  private readonly afterDelete = async ({ result, state }: FileEvent): Promise<void> => {
    const ids = state.variantsOf ?? (result?.id === undefined ? [] : [result.id]);
    await this.condemn(ids, {});
  };

  private readonly afterUpdate = async ({ params, result, state }: FileEvent): Promise<void> => {
    const ids = state.variantsOf ?? (result?.id === undefined ? [] : [result.id]);
    const data = params.data ?? {};
    if (BYTES.some((column) => column in data)) {
      await this.condemn(ids, {});
    } else if ('focalPoint' in data) {
      await this.condemn(ids, { crops: true });
    }
  };

  /** Hooks for Strapi's database lifecycles. */
  readonly hooks = {
    models: [FILE_UID],
    afterDelete: this.afterDelete,
    beforeDeleteMany: this.before,
    afterDeleteMany: this.afterDelete,
    afterUpdate: this.afterUpdate,
    beforeUpdateMany: this.before,
    afterUpdateMany: this.afterUpdate,
  };

  private async condemn(ids: readonly number[], only: { crops?: boolean }): Promise<void> {
    const { db, table, sources, budget } = this.deps;
    if (ids.length === 0) {
      return;
    }
    await table.condemnOf(ids, only);
    await afterCommit(db, async () => {
      sources.forget(ids);
      budget.removeSoon();
    });
  }
}
