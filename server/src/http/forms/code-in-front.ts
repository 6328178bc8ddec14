import type { Core } from '@strapi/strapi';

/** The routers' dispatch and its answer to methods that no route has (Strapi 5.54: `server.mount`). */
export const AFTER_ALL = 2;

/** A global middleware as `config/middlewares` names it; without the setting all are Strapi's own. */
export type Entry = string | Named | ((...args: unknown[]) => unknown);

interface Named {
  name?: string;
  resolve?: string;
  config?: unknown;
}

/**
 * Names of the code that may look at a request, or answer it, between Strapi's body parser and the router: a project's
 * global middlewares, and functions that a project or a plugin adds with `strapi.server.use`. Strapi's own are not
 * among them: they are known by the place that Strapi gives them in the list, where it puts the handlers of
 * `config/middlewares` together, and what is added later behind them. Its MCP server, where it is switched on, counts as such
 * code: it has no place of its own.
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

/** `strapi::favicon` and `strapi::public` (Strapi 5.54). */
const BEHIND_BY_DEFAULT = 2;

const nameOf = (entry: Entry): string =>
  typeof entry === 'string' ? entry : typeof entry === 'object' ? (entry.name ?? '') : '';

const titleOf = (entry: Entry): string =>
  nameOf(entry) || (entry as Named).resolve || 'a function of config/middlewares';

const isBodyParser = (entry: Entry): boolean => nameOf(entry) === 'strapi::body';

/** Whether an entry of `config/middlewares` is one of Strapi's own. */
export const isOfStrapi = (entry: Entry): boolean => nameOf(entry).startsWith('strapi::');
