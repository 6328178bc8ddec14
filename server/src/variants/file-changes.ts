import { FILE_UID } from '../config/constants';
import { afterCommit } from '../database/after-commit';
import type { Database } from '../database/transactions';
import type { VariantBudget } from './budget';
import type { SourceRows } from './sources/source-rows';
import type { VariantTable } from './variant-table';

interface FileChangesDeps {
  db: Database;
  table: VariantTable;
  rows: SourceRows;
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

  private readonly beforeDeleteMany = async (event: FileEvent): Promise<void> => {
    event.state.variantsOf = await this.idsOf(event);
  };

  private readonly beforeUpdateMany = async (event: FileEvent): Promise<void> => {
    // A change of folders may concern all files of the library, but no variant.
    event.state.variantsOf = staleAfter(event) ? await this.idsOf(event) : [];
  };

  private readonly afterDelete = (event: FileEvent): Promise<void> =>
    this.condemn(changedBy(event), 'all');

  private readonly afterUpdate = async (event: FileEvent): Promise<void> => {
    const stale = staleAfter(event);
    const ids = changedBy(event);
    if (stale) {
      await this.condemn(ids, stale);
    } else if (ids.length > 0) {
      this.deps.rows.forget(ids);
    }
  };

  /** Hooks for Strapi's database lifecycles. */
  readonly hooks = {
    models: [FILE_UID],
    afterDelete: this.afterDelete,
    beforeDeleteMany: this.beforeDeleteMany,
    afterDeleteMany: this.afterDelete,
    afterUpdate: this.afterUpdate,
    beforeUpdateMany: this.beforeUpdateMany,
    afterUpdateMany: this.afterUpdate,
  };

  private async idsOf({ params: { where } }: FileEvent): Promise<number[]> {
    const rows = await this.deps.db
      .query(FILE_UID)
      .findMany({ where: where as object, select: ['id'] });
    return rows.map(({ id }: { id: number }) => id);
  }

  private async condemn(ids: readonly number[], stale: Stale): Promise<void> {
    const { db, table, rows, budget } = this.deps;
    if (ids.length === 0) {
      return;
    }
    await table.condemnOf(ids, { crops: stale === 'crops' });
    await afterCommit(db, async () => {
      rows.forget(ids);
      budget.removeSoon();
    });
  }
}

/** Which variants of a file are no longer used. */
type Stale = 'all' | 'crops';

/** Which variants an update makes stale; null if none. */
function staleAfter({ params: { data = {} } }: FileEvent): Stale | null {
  if (BYTES.some((column) => column in data)) {
    return 'all';
  }
  return 'focalPoint' in data ? 'crops' : null;
}

/** Ids of the changed rows. A project's hooks may have taken the id out of the result. */
function changedBy({ result, params: { where }, state }: FileEvent): number[] {
  const id = result?.id ?? (where as { id?: unknown } | undefined)?.id;
  return state.variantsOf ?? (typeof id === 'number' ? [id] : []);
}
