import type { Database } from '../database/transactions';
import { nextTurn } from '../util/turns';
import type { FileRow } from '../types/rows';
import { idsOf, readFiles as read, type FileParams } from './file-reads';

/**
 * Number of rows that are read by one query. SQLite runs queries in the main thread. With 50 rows of images, one round
 * of the event loop took 4 ms of processor time at the median and 9 ms at most, for reading, sanitising and writing
 * together.
 */
export const PAGE = 50;

/**
 * A limit that every database treats as no limit. Without any limit, Strapi does not define the order of rows that are
 * equal in the sort.
 */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * Reads files in pages, with pauses for other requests, in the order of Strapi's own pages: by the sort of the
 * query, then by id.
 *
 * While other requests store and delete files, the following holds. A file that exists from beginning to end is in
 * the list exactly once and at its place. No file is in the list twice. In a list by id, each page begins after the
 * last id of the page before, and a new file may come at the end. With another sort, one small query first reads
 * the ids of all files, and the pages are read by these ids. Then new files are not in the list, and a changed file
 * keeps its place. (The values of a sort column cannot be used instead of ids: they may be null, and a time read
 * from PostgreSQL has lost its microseconds.) No page is searched for from the beginning again, as with OFFSET.
 *
 * @param params of one query for all files; a page has at most {@link PAGE} rows
 */
export async function* filePages(db: Database, params: FileParams): AsyncGenerator<FileRow[]> {
  const most = params.limit || NO_LIMIT;
  const first = await read(db, { ...params, limit: Math.min(most, PAGE + 1) });
  if (first.length <= PAGE) {
    yield first;
    return;
  }
  const direction = directionOfIds(params.orderBy);
  yield* direction
    ? pagesById(db, params, { direction, most, first: first.slice(0, PAGE) })
    : pagesOfSnapshot(db, { ...params, limit: most });
}

interface ById {
  direction: 'asc' | 'desc';
  /** Maximum number of rows of all pages together. */
  most: number;
  /** The first page, which was already read. */
  first: FileRow[];
}

async function* pagesById(
  db: Database,
  params: FileParams,
  { direction, most, first }: ById
): AsyncGenerator<FileRow[]> {
  let left = most;
  // A project's lifecycle hook may remove rows from a page, so only an empty page is the end.
  let page = first;
  for (let last = page.at(-1); last; last = page.at(-1)) {
    yield page;
    left -= page.length;
    if (left <= 0) {
      return;
    }
    await nextTurn();
    const behind = { id: { [direction === 'asc' ? '$gt' : '$lt']: last.id } };
    page = await read(db, {
      ...params,
      where: both(params.where, behind),
      orderBy: { id: direction },
      limit: Math.min(left, PAGE),
      offset: null,
    });
  }
}

async function* pagesOfSnapshot(db: Database, params: FileParams): AsyncGenerator<FileRow[]> {
  const ids = await idsOf(db, params);
  for (let start = 0; start < ids.length; start += PAGE) {
    await nextTurn();
    const some = [...ids.subarray(start, start + PAGE)];
    const where = both(params.where, { id: { $in: some } });
    const rows = await read(db, { ...params, where, orderBy: null, limit: null, offset: null });
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    yield some.flatMap((id) => rowOf.get(id) ?? []);
  }
}

const both = (where: object | undefined, more: object) => (where ? { $and: [where, more] } : more);

/**
 * Returns the direction of a list that is sorted by id; null for another sort. A list without a sort is sorted by id.
 */
function directionOfIds(orderBy: unknown): 'asc' | 'desc' | null {
  const [first] = [orderBy ?? []].flat(Infinity);
  if (first === undefined || first === 'id') {
    return 'asc';
  }
  // Ids are unique, so sort columns after the id have no effect.
  const [[column, direction] = []] = Object.entries(first as Record<string, unknown>);
  return column !== 'id' ? null : String(direction).toLowerCase() === 'desc' ? 'desc' : 'asc';
}
