import { pagination } from '../../util/strapi-utils';
import { nextTurn } from '../../util/turns';

/** Arguments of a list of GraphQL, as far as this asks. */
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

/** Which part of all rows a list is; a limit of -1 is none. */
export interface Bounds {
  start: number;
  limit: number;
}

interface Row {
  id: number;
}

/** Rows that are read at once: more than for a list that is written as it is read, since each reading checks its query. */
export const PAGE = 200;

/** Rows whose fields GraphQL works out in one piece; Strapi puts several functions around each field. */
const PIECE = 10;

/** @throws errors.PaginationError where page and limit are named both */
export function boundsOf(asked: ListArguments, { defaultLimit, maxLimit }: ListLimits): Bounds {
  const { start, limit } = pagination.withDefaultPagination((asked.pagination ?? {}) as object, {
    maxLimit: maxLimit as number,
    defaults: { offset: { limit: defaultLimit }, page: { pageSize: defaultLimit } } as object,
  });
  return { start, limit };
}

/**
 * Reads a list in pages, with a pause in between. Without a sort each page begins behind the last id of the one before:
 * every file that stays is there once. With one, pages are counted from the beginning: a file is not there twice, but where
 * one before it is deleted meanwhile, another may be left out.
 *
 * @param read answers one page of the list, for these arguments
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

/** A list whose rows come one after the other, so that GraphQL works their fields out in pieces. */
export function paced<T>(rows: readonly T[]): Array<T | Promise<T>> {
  let before: Promise<void> = Promise.resolve();
  return rows.map((row, index) => {
    if (index > 0 && index % PIECE === 0) {
      before = before.then(nextTurn);
    }
    return index < PIECE ? row : before.then(() => row);
  });
}
