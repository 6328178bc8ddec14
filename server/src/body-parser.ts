import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { CONFIG_KEY } from './constants';
import { CoreRoutes } from './entry-files/core-routes';
import { withPendingForm } from './entry-files/pending';
import { drain } from './ingest/drain';
import { isMultipart } from './ingest/multipart/boundary';
import { literal } from './security/patterns';
import { parseFormidable, type FormidableLimits } from './ingest/receive-limits';

type MiddlewareFactory = (config: BodyConfig, context: { strapi: Core.Strapi }) => Middleware;
type Middleware = (ctx: Context, next: Next) => Promise<unknown>;

interface BodyConfig {
  formidable?: Record<string, unknown>;
}

/** A route whose multipart bodies are ours to read: of the content API, of the Media Library. */
interface Route {
  method: string;
  path: RegExp;
}

/**
 * Makes Strapi's body parser leave multipart requests to our routes alone: they are read by the
 * routes' own middleware, after authorisation, and never lie in a temporary file. What stays unread
 * of a refused request is thrown away.
 *
 * @returns the `formidable` options of the project's `strapi::body`, known once it is made
 */
export function skipMultipartOfOurs(strapi: Core.Strapi): () => FormidableLimits {
  let formidable: FormidableLimits = {};
  const prefix = strapi.config.get('api.rest.prefix', '/api').replace(/\/$/, '');
  const routes = [
    { method: 'POST', path: new RegExp(`^${literal(prefix)}/upload/?$`, 'i') },
    { method: 'POST', path: /^\/upload(\/files(\/[^/]+\/replace)?)?\/?$/i },
    { method: 'PUT', path: /^\/upload\/files\/[^/]+\/?$/i },
  ];

  const entries = new CoreRoutes(strapi);
  entries.watch();
  const bringsEntryFiles = (ctx: Context) =>
    hasForm(ctx) && strapi.config.get(`${CONFIG_KEY}.entryFiles`, true) && entries.has(ctx);

  strapi.get('middlewares').extend('strapi::body', (create: MiddlewareFactory) => {
    const factory: MiddlewareFactory = (config, context) => {
      formidable = parseFormidable(config?.formidable);
      const parse = create(config, context);
      return async (ctx, next) => {
        const isUpload = isOurs(ctx, routes);
        if (!isUpload && !bringsEntryFiles(ctx)) {
          return parse(ctx, next);
        }
        // What is between here and the route finds a body, as after any other parser.
        (ctx.request as { body?: unknown }).body ??= {};
        try {
          return await (isUpload ? next() : withPendingForm(strapi, ctx, next));
        } finally {
          await drain(ctx.req, ctx.res);
        }
      };
    };
    return factory;
  });
  return () => formidable;
}

const hasForm = (ctx: Context): boolean => isMultipart(ctx.get('content-type'));

/** The router takes a path in any case and with a slash at its end; so must this. */
const isOurs = (ctx: Context, routes: readonly Route[]): boolean =>
  hasForm(ctx) && routes.some((route) => route.method === ctx.method && route.path.test(ctx.path));
