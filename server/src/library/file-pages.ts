import type { Database } from '../database/transactions';
import { nextTurn } from '../util/turns';
import type { FileRow } from '../types/rows';
import { idsOf, readFiles as read, type FileParams } from './file-reads';

/**
 * Rows of one query, which SQLite answers in the thread that runs everything. With 50 rows of images a round of the event
 * loop took 4 ms of processor time in the middle and 9 ms at most, reading, sanitising and writing together.
 */
export const PAGE = 50;

/** Every database takes this for no limit; without any, Strapi leaves rows that are equal in the sort in any order. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * Reads files in pages, with a pause for everything else in between, in the order of Strapi's own pages: the sort that is
 * asked for, then ids.
 *
 * What holds while files are stored and deleted meanwhile: a file that is there from the beginning to the end is in the
 * list exactly once, and in its place; no file is there twice. By id each page begins behind the last id of the one
 * before; a new file may come at the end. With another sort the ids of all are read first, which is one small query, and
 * the pages by these: new files are not among them, and one that is changed keeps its place. (Keys of a sort cannot take
 * their part: they may be null, and a time read from PostgreSQL has lost its microseconds.) No page is looked for from the
 * beginning again, as with OFFSET.
 *
 * @param params of one query of all of them; a page is at most {@link PAGE} rows
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
  /** Rows in all. */
  most: number;
  /** The first page, which is read already. */
  first: FileRow[];
}

async function* pagesById(
  db: Database,
  params: FileParams,
  { direction, most, first }: ById
): AsyncGenerator<FileRow[]> {
  let left = most;
  // A project's lifecycle hook may take rows out of a page: only an empty one is the end.
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

/** In which direction a list is sorted by id, which it is without a sort; null for another one. */
function directionOfIds(orderBy: unknown): 'asc' | 'desc' | null {
  const [first] = [orderBy ?? []].flat(Infinity);
  if (first === undefined || first === 'id') {
    return 'asc';
  }
  // Nothing that comes behind ids matters.
  const [[column, direction] = []] = Object.entries(first as Record<string, unknown>);
  return column !== 'id' ? null : String(direction).toLowerCase() === 'desc' ? 'desc' : 'asc';
}
