import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';

/** The routers' dispatch and its answer to methods that no route has (Strapi 5.54: `server.mount`). */
const AFTER_ALL = 2;

/** A global middleware as `config/middlewares` names it; without the setting all are Strapi's own. */
type Entry = string | { name?: string } | ((...args: unknown[]) => unknown);

/**
 * Whether anything may read the form of a request: a route, or code between the body parser and the router, such as a
 * project's global middleware, which may answer requests itself.
 *
 * @param bodyParser the handler of `strapi::body` in Koa's list
 */
export function isTaken(strapi: Core.Strapi, ctx: Context, bodyParser: unknown): boolean {
  const { router, app } = strapi.server;
  return (
    router.match(ctx.path, ctx.method).route || hasCodeBehind(app.middleware, bodyParser, strapi)
  );
}

/** Strapi puts the handlers of `config/middlewares` into the list together; plugins add theirs behind them. */
function hasCodeBehind(
  list: readonly unknown[],
  bodyParser: unknown,
  strapi: Core.Strapi
): boolean {
  const configured = strapi.config.get('middlewares', null) as Entry[] | null;
  const behind = configured ? configured.slice(configured.findIndex(isBodyParser) + 1) : [];
  const count = configured ? behind.length : BEHIND_BY_DEFAULT;
  const expected = list.indexOf(bodyParser) + 1 + count + AFTER_ALL;
  return list.length !== expected || behind.some((entry) => !isOfStrapi(entry));
}

/** `strapi::favicon` and `strapi::public` (Strapi 5.54). */
const BEHIND_BY_DEFAULT = 2;

const nameOf = (entry: Entry): string =>
  typeof entry === 'string' ? entry : typeof entry === 'object' ? (entry.name ?? '') : '';

const isBodyParser = (entry: Entry): boolean => nameOf(entry) === 'strapi::body';

const isOfStrapi = (entry: Entry): boolean => nameOf(entry).startsWith('strapi::');
