import { pagination } from '../../util/strapi-utils';
import { nextTurn } from '../../util/turns';

/** The arguments of a GraphQL list that are used here. */
export interface ListArguments {
  pagination?: { page?: number; pageSize?: number; start?: number; limit?: number } | null;
  sort?: unknown[] | null;
  filters?: object | null;
}

/** Limits of lists in the configuration of the GraphQL plugin. */
export interface ListLimits {
  defaultLimit: number | undefined;
  maxLimit: number | undefined;
}

/** The part of all rows that a list contains. A limit of -1 means no limit. */
export interface Bounds {
  start: number;
  limit: number;
}

interface Row {
  id: number;
}

/**
 * Number of rows that are read at once. It is higher than for a list that is sent while it is read, since each query is
 * checked again.
 */
export const PAGE = 200;

/**
 * Number of rows whose fields GraphQL resolves without a pause. It is low, since Strapi wraps each field in several
 * functions.
 */
const PIECE = 10;

/**
 * Returns the part of a list that its arguments ask for.
 *
 * @throws errors.PaginationError if both page and limit are given
 */
export function boundsOf(asked: ListArguments, { defaultLimit, maxLimit }: ListLimits): Bounds {
  const { start, limit } = pagination.withDefaultPagination((asked.pagination ?? {}) as object, {
    maxLimit: maxLimit as number,
    defaults: { offset: { limit: defaultLimit }, page: { pageSize: defaultLimit } } as object,
  });
  return { start, limit };
}

/**
 * Reads a list in pages, with a pause after each. Without a sort, each page begins after the last id of the page
 * before, so the list has every file that is not deleted meanwhile exactly once. With a sort, pages are counted
 * from the beginning: no file is in the list twice, but if an earlier file is deleted meanwhile, another file may
 * be missing.
 *
 * @param read returns one page of the list, for these arguments
 */
export async function rowsInPages<T extends Row>(
  asked: ListArguments,
  { start, limit }: Bounds,
  read: (args: ListArguments) => Promise<T[]>
): Promise<T[]> {
  const rows = new Map<number, T>();
  const isById = (asked.sort ?? []).length === 0;
  let left = limit === -1 ? Infinity : limit;
  let from = start;
  let last: number | undefined;
  while (left > 0) {
    const filters = last === undefined ? asked.filters : behind(last, asked.filters);
    const page = { start: from, limit: Math.min(PAGE, left) };
    const found = await read({ ...asked, filters: filters ?? null, pagination: page });
    const end = found.at(-1);
    if (!end) {
      break;
    }
    found.forEach((row) => rows.set(row.id, row));
    left -= found.length;
    last = isById ? end.id : undefined;
    from = isById ? 0 : from + found.length;
    await nextTurn();
  }
  return [...rows.values()];
}

const behind = (id: number, filters: object | null | undefined) => ({
  and: [...(filters ? [filters] : []), { id: { gt: id } }],
});

/** A list whose rows resolve one after the other, so that GraphQL resolves their fields in pieces. */
export function paced<T>(rows: readonly T[]): Array<T | Promise<T>> {
  let before: Promise<void> = Promise.resolve();
  return rows.map((row, index) => {
    if (index > 0 && index % PIECE === 0) {
      before = before.then(nextTurn);
    }
    return index < PIECE ? row : before.then(() => row);
  });
}
