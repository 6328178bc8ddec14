import type { Core } from '@strapi/strapi';

/**
 * Number of Strapi's handlers at the end of Koa's list: the dispatch of the routers, and the answer to unsupported
 * methods (Strapi 5.54: `server.mount`).
 */
export const AFTER_ALL = 2;

/** A global middleware in `config/middlewares`. Without this setting, Strapi uses only its own middlewares. */
export type Entry = string | Named | ((...args: unknown[]) => unknown);

interface Named {
  name?: string;
  resolve?: string;
  config?: unknown;
}

/**
 * Returns the names of the code that may read or answer a request between Strapi's body parser and the router: a
 * project's global middlewares, and functions that a project or a plugin adds with `strapi.server.use`. Strapi's
 * own handlers are left out. They are recognised by their place in the list: Strapi puts all handlers of
 * `config/middlewares` next to each other, and handlers that are added later after them. Strapi's MCP server, if
 * it is enabled, counts as such code, since it has no fixed place.
 *
 * @param bodyParser the handler of `strapi::body` in Koa's list
 */
export function codeInFront(strapi: Core.Strapi, bodyParser: unknown): string[] {
  const list: readonly unknown[] = strapi.server.app.middleware;
  const configured = strapi.config.get('middlewares', null) as Entry[] | null;
  const behind = configured ? configured.slice(configured.findIndex(isBodyParser) + 1) : [];
  const count = configured ? behind.length : BEHIND_BY_DEFAULT;
  const added = list.slice(list.indexOf(bodyParser) + 1 + count, list.length - AFTER_ALL);
  return [
    ...behind.filter((entry) => !isOfStrapi(entry)).map(titleOf),
    ...added.map(
      (work) => `strapi.server.use(${(work as { name?: string }).name || 'unnamed function'})`
    ),
  ];
}

/**
 * Number of Strapi's handlers after the body parser by default: `strapi::favicon` and `strapi::public` (Strapi
 * 5.54).
 */
const BEHIND_BY_DEFAULT = 2;

const nameOf = (entry: Entry): string =>
  typeof entry === 'string' ? entry : typeof entry === 'object' ? (entry.name ?? '') : '';

const titleOf = (entry: Entry): string =>
  nameOf(entry) || (entry as Named).resolve || 'a function in config/middlewares';

const isBodyParser = (entry: Entry): boolean => nameOf(entry) === 'strapi::body';

/** Whether an entry of `config/middlewares` is one of Strapi's own. */
export const isOfStrapi = (entry: Entry): boolean => nameOf(entry).startsWith('strapi::');
