import type { Core } from '@strapi/strapi';
import { errors, pagination as paginate } from '../util/strapi-utils';
import { FILE_UID } from '../config/constants';
import type { FileRow } from '../types/rows';
import { part } from '../util/part';
import { filePages } from './file-pages';
import { countFiles } from './file-reads';

type Query = Record<string, unknown>;

/** Largest id that fits the column on every database. */
const MAX_ID = 2 ** 31 - 1;

/** Limits of pages, from `api.rest` in the project's configuration. */
export interface PageLimits {
  defaultLimit: number;
  /** Maximum number of files on a page; null for no limit. */
  maxLimit: number | null;
  withCount: boolean;
}

/** Queries of the files table, in the query language of Strapi's REST API. */
export interface FileQueries {
  /**
   * Finds one file; null if there is no such file.
   *
   * @param id in a form that {@link identify} accepts
   */
  findOne(id: unknown, populate?: unknown): Promise<FileRow | null>;
  findMany(query?: Query): Promise<FileRow[]>;
  /**
   * Finds one page for a query in the style of the admin panel: `page` and `pageSize` at the top level of the query.
   */
  findPage(query?: Query): Promise<{ results: FileRow[]; pagination: unknown }>;
  /**
   * Finds one page for a query in the style of REST: a nested `pagination`, with the limits of every REST collection.
   */
  findAndCountPage(query?: Query): Promise<{ results: FileRow[]; pagination: unknown }>;
  /** Yields the result of `findMany` page by page, while it is read. */
  readMany(query?: Query): FilePages;
  /** Yields the files of `findAndCountPage` page by page, while they are read. */
  readAndCountPage(query?: Query): Promise<{ pages: FilePages; pagination: unknown }>;
}

export const fileQueries = part<FileQueries>('files');

/** Files in their order, page by page. The next page is read only when the consumer asks for it. */
export type FilePages = AsyncGenerator<FileRow[], void>;

interface FileQueriesDeps {
  /**
   * Returns a signal that is aborted when the client of the current request disconnects; undefined outside of
   * requests to this plugin.
   */
  signal(): AbortSignal | undefined;
  limits(): PageLimits;
}

/** Parses an id from a path or a query; null for a value that cannot be an id. */
export function parseId(raw: unknown): number | null {
  const id = /^\d{1,10}$/.test(String(raw)) ? Number(raw) : 0;
  return id >= 1 && id <= MAX_ID ? id : null;
}

/**
 * Pattern of a documentId: printable, and no longer than the column of documentIds. PostgreSQL refuses text with a zero
 * byte.
 */
const DOCUMENT_ID = /^[!-~]{1,255}$/;

/**
 * Parses the name of a file in a request: its id, or its documentId, which is not a number.
 *
 * @returns conditions of a query; null for another value
 */
export function identify(raw: unknown): { id: number } | { documentId: string } | null {
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text !== 'string' || !DOCUMENT_ID.test(text)) {
    return null;
  }
  if (/^\d+$/.test(text)) {
    const id = parseId(text);
    return id ? { id } : null;
  }
  return { documentId: text };
}

export function createFileQueries(
  strapi: Core.Strapi,
  { limits, signal }: FileQueriesDeps
): FileQueries {
  const files = () => strapi.db.query(FILE_UID);
  const transform = (query: Query) => strapi.get('query-params').transform(FILE_UID, query);
  const pagesOf = (query: Query) => filePages(strapi.db, transform(query));

  const manyOf = ({ pagination, ...rest }: Query) => {
    const bounds = pagination === undefined ? {} : resolvePage(asQuery(pagination), limits());
    return pagesOf({ ...rest, ...bounds });
  };

  const pageOf = ({ pagination = {}, ...query }: Query) => {
    const asked = asQuery(pagination);
    const page = resolvePage(asked, limits());
    const bounded = { ...query, ...page };
    return {
      pages: pagesOf(bounded),
      async describe() {
        const counts = wantsCount(asked, limits());
        const total = counts ? await countFiles(strapi.db, transform(bounded)) : undefined;
        return describePage(asked, page, total);
      },
    };
  };

  return {
    async findOne(id, populate = {}) {
      const where = identify(id);
      const file: FileRow | null =
        where && (await files().findOne({ where, ...transform({ populate }) }));
      // MariaDB ignores the case of letters in a comparison, so the documentId is compared again here.
      return where && 'documentId' in where && file?.documentId !== where.documentId ? null : file;
    },

    findMany: async (query = {}) => together(manyOf(query), signal()),

    readMany: (query = {}) => manyOf(query),

    async findPage(query = {}) {
      const { page = 1, pageSize = 10, ...params } = transform(query) as Query;
      const [number, limit] = [Number(page), Number(pageSize)];
      if (!(limit > 0 && number > 0)) {
        return files().findPage(transform(query));
      }
      const offset = Math.max(number - 1, 0) * limit;
      const [results, total] = await Promise.all([
        together(filePages(strapi.db, { ...params, limit, offset }), signal()),
        countFiles(strapi.db, params),
      ]);
      const pageCount = Math.ceil(total / limit);
      return { results, pagination: { page: number, pageSize: limit, pageCount, total } };
    },

    async findAndCountPage(query = {}) {
      const { pages, describe } = pageOf(query);
      const [results, pagination] = await Promise.all([together(pages, signal()), describe()]);
      return { results, pagination };
    },

    async readAndCountPage(query = {}) {
      const { pages, describe } = pageOf(query);
      return { pages, pagination: await describe() };
    },
  };
}

/**
 * Returns the files of all pages in one list.
 *
 * @throws the reason of the signal after it is aborted
 */
async function together(pages: FilePages, signal: AbortSignal | undefined): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for await (const page of pages) {
    signal?.throwIfAborted();
    rows.push(...page);
  }
  return rows;
}

function asQuery(pagination: unknown): Query {
  if (typeof pagination !== 'object' || pagination === null) {
    throw new errors.ValidationError('pagination must be an object, such as pagination[page]=1.');
  }
  return pagination as Query;
}

function resolvePage(pagination: Query, { defaultLimit, maxLimit }: PageLimits) {
  return paginate.withDefaultPagination(pagination, {
    defaults: { offset: { limit: defaultLimit }, page: { pageSize: defaultLimit } },
    maxLimit: maxLimit ?? -1,
  });
}

function wantsCount({ withCount }: Query, limits: PageLimits): boolean {
  switch (withCount) {
    case undefined:
      return limits.withCount;
    case true:
    case 'true':
    case 't':
    case '1':
    case 1:
      return true;
    case false:
    case 'false':
    case 'f':
    case '0':
    case 0:
      return false;
    default:
      throw new errors.ValidationError(
        'Invalid withCount parameter. Expected "t","1","true","false","0","f"'
      );
  }
}

/**
 * Describes a page in the style of the query: by page, or by offset. The total and the number of pages are included
 * only if they were counted.
 */
function describePage(
  asked: Query,
  { start, limit }: { start: number; limit: number },
  total: number | undefined
) {
  if ('start' in asked || 'limit' in asked) {
    return { start, limit, ...(total === undefined ? {} : { total }) };
  }
  const page = { page: Math.floor(start / limit) + 1, pageSize: limit };
  return total === undefined ? page : { ...page, pageCount: Math.ceil(total / limit), total };
}
