import type { Knex } from 'knex';
import { FILE_UID } from '../config/constants';
import type { Database } from '../database/transactions';
import type { FileRow } from '../types/rows';

/** The parameters of Strapi's query engine that are used here. */
export interface FileParams {
  _q?: string;
  where?: object;
  filters?: unknown;
  select?: unknown;
  orderBy?: unknown;
  /** Maximum number of rows. If it is missing or 0, all rows are read. */
  limit?: number | null;
  offset?: number | null;
  [param: string]: unknown;
}

type Query = ReturnType<Database['queryBuilder']>;

/** Number of rows that a database may skip before it is faster to read only the ids first. */
const FAR = 100;

/**
 * Returns the same as `db.query().findMany`, with its lifecycle hooks. If a database would skip many whole rows, or
 * compare whole rows for DISTINCT, the ids are read first, from an index if possible, and then the rows by their
 * ids.
 */
export async function readFiles(db: Database, params: FileParams): Promise<FileRow[]> {
  if (!isLong(db, params)) {
    return db.query(FILE_UID).findMany(params as object);
  }
  const states = await db.lifecycles.run('beforeFindMany', FILE_UID, { params });
  const result = await rowsOf(db, params, [...(await idsOf(db, params))]);
  await db.lifecycles.run('afterFindMany', FILE_UID, { params, result }, states);
  return result;
}

/** Returns the same as `db.query().count`, with its lifecycle hooks. */
export async function countFiles(db: Database, params: FileParams): Promise<number> {
  const states = await db.lifecycles.run('beforeCount', FILE_UID, { params });
  const { _q, where, filters } = params;
  const query = db.queryBuilder(FILE_UID).init({ _q, where, filters }).count();
  const counting = query.getKnexQuery();
  if (query.state.joins.length === 0) {
    // Strapi counts ids, for which SQLite reads a whole index. SQLite counts all rows faster with `count(*)`.
    counting.clearSelect().count({ count: '*' });
  }
  const [{ count } = { count: 0 }] = await run<Array<{ count: number | string }>>(db, counting);
  const result = Number(count);
  await db.lifecycles.run('afterCount', FILE_UID, { params, result }, states);
  return result;
}

/** Reads only the ids of files, in four bytes each, since a large library has hundreds of thousands. */
export async function idsOf(db: Database, params: FileParams): Promise<Int32Array> {
  const query = idQuery(db, params);
  const reading = query.getKnexQuery();
  if (await isBehindMost(db, params)) {
    // SQLite would skip whole rows, which are stored in the order of ids. The unary plus makes it use the smallest
    // index instead, and sort.
    reading.clearOrder().orderByRaw('+??', [query.aliasColumn('id')]);
  }
  return Int32Array.from(await run<Array<{ id: number }>>(db, reading), ({ id }) => id);
}

/** Whether SQLite would have to skip a large part of all files, in the order of their ids. */
async function isBehindMost(db: Database, params: FileParams): Promise<boolean> {
  const { _q, where = {}, filters, orderBy } = params;
  const offset = params.offset ?? 0;
  const isWhole = !_q && !filters && Object.keys(where).length === 0;
  const isById = [orderBy ?? []].flat(Infinity).length === 0;
  if (db.dialect.client !== 'sqlite' || !isWhole || !isById || !(offset >= FAR)) {
    return false;
  }
  const { tableName } = db.metadata.get(FILE_UID);
  // Reads only the end of an index, while a count would read the whole index. There may be fewer files than the highest
  // id says. Then the page is only slower.
  const last = db.getConnection(tableName).max({ id: 'id' });
  const [row] = await run<Array<{ id: number | null }>>(db, last);
  return offset > (row?.id ?? 0) / 3;
}

async function rowsOf(db: Database, params: FileParams, ids: number[]): Promise<FileRow[]> {
  if (ids.length === 0) {
    return [];
  }
  const { select, populate } = params;
  const rows: FileRow[] = await db
    .queryBuilder(FILE_UID)
    .init({ select, populate, where: { id: { $in: ids } } })
    .execute();
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => rowOf.get(id) ?? []);
}

/**
 * Whether the ids of a query are read first. This is done only for a query that selects ids, for a part of the list,
 * sorted by columns of the files table.
 */
function isLong(db: Database, params: FileParams): boolean {
  const { limit, offset, select } = params;
  if (!limit || limit < 0 || (Array.isArray(select) && !select.includes('id'))) {
    return false;
  }
  const query = idQuery(db, params);
  query.processState();
  return !query.shouldUseDeepSort() && ((offset ?? 0) >= FAR || query.state.joins.length > 0);
}

function idQuery(db: Database, params: FileParams): Query {
  const { _q, where, filters, orderBy, limit, offset } = params;
  return db
    .queryBuilder(FILE_UID)
    .init({ _q, where, filters, orderBy, limit, offset, select: ['id'] });
}

/** Runs a query, inside the caller's transaction if there is one. */
async function run<T>(db: Database, query: Knex.QueryBuilder): Promise<T> {
  const rows: unknown = db.inTransaction()
    ? await db.transaction(async ({ trx }): Promise<unknown> => query.transacting(trx))
    : await query;
  return rows as T;
}
