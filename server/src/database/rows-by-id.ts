import { nextTurn } from '../util/turns';
import { chunks } from './chunks';
import type { Database } from './transactions';

/** Which rows of a model are read. */
interface RowIds {
  /** Of the model. */
  uid: string;
  ids: readonly number[];
}

/**
 * Rows of a model by their ids, ascending; ids that do not exist are passed over. They are read some at a time, however many
 * are asked for.
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
