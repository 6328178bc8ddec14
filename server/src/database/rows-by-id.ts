import { nextTurn } from '../util/turns';
import { chunks } from './chunks';
import type { Database } from './transactions';

/** The model and the ids of rows to read. */
interface RowIds {
  /** Uid of the model. */
  uid: string;
  ids: readonly number[];
}

/**
 * Reads rows of a model by their ids, in ascending order. Ids that do not exist are skipped. The rows are read in
 * chunks, so that a long list does not block the event loop.
 *
 * @param params of the query engine, such as `populate`
 */
export async function rowsById<T>(
  { uid, ids }: RowIds,
  db: Database,
  params: object = {}
): Promise<T[]> {
  const rows: T[] = [];
  const ordered = [...new Set(ids)].sort((a, b) => a - b);
  for (const some of chunks(ordered)) {
    const where = { id: { $in: some } };
    rows.push(...(await db.query(uid).findMany({ ...params, where, orderBy: { id: 'asc' } })));
    await nextTurn();
  }
  return rows;
}
