import os from 'node:os';
import { Stream } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { CONFIG_KEY } from './constants';
import { CoreRoutes, type Reader } from './entry-files/core-routes';
import { withPendingForm } from './entry-files/pending';
import { drain } from './ingest/drain';
import { isMultipart } from './ingest/multipart/boundary';
import { isTaken } from './other-forms/is-taken';
import { removeUnused, temporaryFiles } from './other-forms/temporary-files';
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

/** What is known of the project's `strapi::body` once it is made. */
export interface BodyParser {
  /** Its options that bound our routes too. */
  limits(): FormidableLimits;
  /** Where it puts files of forms; null for a folder that the project has chosen, whose files are the project's. */
  temporaryFolder(): string | null;
}

/**
 * Makes Strapi's body parser leave multipart requests to our routes alone: they are read by the
 * routes' own middleware, after authorisation, and never lie in a temporary file. What stays unread
 * of a refused request is thrown away.
 *
 * Forms to other routes are read as before, unless nothing takes them; their temporary files go with the answer, where
 * Strapi removes some of them, after a success.
 */
export function skipMultipartOfOurs(strapi: Core.Strapi): BodyParser {
  let formidable: FormidableLimits = {};
  let folder: string | null = os.tmpdir();
  const prefix = strapi.config.get('api.rest.prefix', '/api').replace(/\/$/, '');
  const routes = [
    { method: 'POST', path: new RegExp(`^${literal(prefix)}/upload/?$`, 'i') },
    { method: 'POST', path: /^\/upload(\/files(\/[^/]+\/replace)?)?\/?$/i },
    { method: 'PUT', path: /^\/upload\/files\/[^/]+\/?$/i },
  ];

  const formRoutes = new CoreRoutes(strapi);
  formRoutes.watch();
  const tidiesOtherForms = () => strapi.config.get(`${CONFIG_KEY}.otherForms`, 'tidy') === 'tidy';
  /** Our own routes come first: they need no look at those of the project. */
  const readerOf = (ctx: Context): Reader => {
    if (isOurs(ctx, routes)) {
      return 'uploads';
    }
    const reader = hasForm(ctx) ? formRoutes.readerOf(ctx) : null;
    const isOff = reader === 'entry' && !strapi.config.get(`${CONFIG_KEY}.entryFiles`, true);
    return isOff ? null : reader;
  };

  strapi.get('middlewares').extend('strapi::body', (create: MiddlewareFactory) => {
    const factory: MiddlewareFactory = (config, context) => {
      formidable = parseFormidable(config?.formidable);
      folder = config?.formidable?.uploadDir === undefined ? os.tmpdir() : null;
      const parse = create(config, context);
      const handler: Middleware = async (ctx, next) => {
        const reader = readerOf(ctx);
        if (reader === null && (!hasForm(ctx) || !tidiesOtherForms())) {
          return parse(ctx, next);
        }
        if (reader === null && isTaken(strapi, ctx, handler)) {
          return folder === null ? parse(ctx, next) : parseTidily(parse, ctx, next);
        }
        // What is between here and the route finds a body, as after any other parser.
        (ctx.request as { body?: unknown }).body ??= {};
        try {
          return await (reader === 'entry' ? withPendingForm(strapi, ctx, next) : next());
        } finally {
          await drain(ctx.req, ctx.res);
        }
      };
      return handler;
    };
    return factory;
  });
  return { limits: () => formidable, temporaryFolder: () => folder };
}

/**
 * Reads a form as Strapi does, and removes its temporary files before the answer; where that is a stream, which may be
 * one of them, when the answer is out or its connection gone.
 */
async function parseTidily(parse: Middleware, ctx: Context, next: Next): Promise<unknown> {
  let files: string[] = [];
  const remove = () =>
    removeUnused(files).catch((error: unknown) => void ctx.app.emit('error', error, ctx));
  try {
    return await parse(ctx, async () => {
      files = temporaryFiles((ctx.request as { files?: unknown }).files);
      await next();
    });
  } finally {
    if (files.length > 0 && ctx.body instanceof Stream) {
      void finished(ctx.res).then(remove, remove);
    } else if (files.length > 0) {
      await remove();
    }
  }
}

const hasForm = (ctx: Context): boolean => isMultipart(ctx.get('content-type'));

/** The router takes a path in any case and with a slash at its end; so must this. */
const isOurs = (ctx: Context, routes: readonly Route[]): boolean =>
  hasForm(ctx) && routes.some((route) => route.method === ctx.method && route.path.test(ctx.path));
