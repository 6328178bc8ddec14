import type { Core } from '@strapi/strapi';
import type { Context, Middleware } from 'koa';
import type { ServeFile } from './serve-file';

type MiddlewareFactory = (config: unknown, context: { strapi: Core.Strapi }) => Middleware;

/**
 * Serves files before any of the project's global middlewares sees the request. A request for a missing file goes on to
 * the middlewares, and finally to the ordinary route.
 *
 * @param prefix the URL path of the folder, with a slash at both ends
 * @param cors the project's own CORS middleware, which applies here too
 */
export function serveEarly(prefix: string, serve: ServeFile, cors: () => Middleware): Middleware {
  return async (ctx, next) => {
    const name = nameIn(ctx, prefix);
    if (name === null) {
      return next();
    }
    return cors()(ctx, async () => {
      if (!(await serve(ctx, name))) {
        await next();
      }
    });
  };
}

/** The name that a GET or HEAD requests; null for any other request. */
function nameIn({ method, path }: Context, prefix: string): string | null {
  if ((method !== 'GET' && method !== 'HEAD') || !path.startsWith(prefix)) {
    return null;
  }
  try {
    return decodeURIComponent(path.slice(prefix.length));
  } catch {
    return null;
  }
}

/** Captures the project's global `strapi::cors`, which Strapi creates before it handles requests. */
export function watchCors(strapi: Core.Strapi): () => Middleware {
  let cors: Middleware = (_ctx, next) => next();
  let seen = false;
  strapi.get('middlewares').extend('strapi::cors', (create: MiddlewareFactory) => {
    const factory: MiddlewareFactory = (config, context) => {
      const made = create(config, context);
      // The first CORS middleware that Strapi creates is the global one. Routes may have their own.
      cors = seen ? cors : made;
      seen = true;
      return made;
    };
    return factory;
  });
  return () => cors;
}
