import os from 'node:os';
import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { codeInFront } from './forms/code-in-front';
import { FormRoutes, type Matched } from './forms/form-routes';
import { FormsInFront } from './forms/forms-in-front';
import type { RouterLayers } from './forms/router-layers';
import { hasForm, hasUnreadForm } from './forms/unread-form';
import { drain } from '../upload/receive/drain';
import { parseFormidable, type FormidableOptions } from '../upload/receive/receive-limits';
import { parseTidily } from './other-forms/parse-tidily';
import { receiving } from './receiving';

type MiddlewareFactory = (config: BodyConfig, context: { strapi: Core.Strapi }) => Middleware;
type Middleware = (ctx: Context, next: Next) => Promise<unknown>;

interface BodyConfig {
  formidable?: Record<string, unknown>;
}

/** What is known of the project's `strapi::body` once it is made. */
export interface BodyParser {
  /** Its options that count for our routes too. */
  options(): FormidableOptions;
  /** Where it puts files of forms; null for a folder that the project has chosen, whose files are the project's. */
  temporaryFolder(): string | null;
}

/**
 * Makes Strapi's body parser leave forms to the routes that read them: their own first policy does, after authorisation,
 * and the bytes never lie in a temporary file. Where a project has code between the parser and the router, which may
 * look at the form, it is read here, once what the route will ask has been asked ({@link FormsInFront}). What stays unread
 * of a refused request is thrown away.
 *
 * Forms to other routes are read as before, unless nothing takes them; their temporary files go with the answer, where
 * Strapi removes some of them, after a success.
 */
export function leaveFormsToRoutes(strapi: Core.Strapi, layers: RouterLayers): BodyParser {
  let formidable = parseFormidable();
  let folder: string | null = os.tmpdir();
  const routes = new FormRoutes(strapi, layers);
  routes.watch();
  const matchOf = (ctx: Context): Matched | null => {
    const matched = hasForm(ctx) ? routes.match(ctx) : null;
    const isOff = matched?.kind.of === 'entry' && !receiving.of(strapi).setting('entryFiles');
    return isOff ? null : matched;
  };

  /** Whether anything may read a form that is not ours: a route, or code in front of the router. */
  const isTaken = (ctx: Context, handler: Middleware): boolean =>
    strapi.server.router.match(ctx.path, ctx.method).route ||
    codeInFront(strapi, handler).length > 0;

  strapi.get('middlewares').extend('strapi::body', (create: MiddlewareFactory) => {
    const factory: MiddlewareFactory = (config, context) => {
      formidable = parseFormidable(config?.formidable);
      folder = config?.formidable?.uploadDir === undefined ? os.tmpdir() : null;
      warnOfUnused(strapi, formidable);
      const parse = create(config, context);
      const handler: Middleware = async (ctx, next) => {
        const matched = matchOf(ctx);
        if (matched && !hasUnreadForm(ctx)) {
          return next();
        }
        if (!matched && (!hasForm(ctx) || receiving.of(strapi).setting('otherForms') !== 'tidy')) {
          return parse(ctx, next);
        }
        if (!matched && isTaken(ctx, handler)) {
          return folder === null ? parse(ctx, next) : parseTidily(parse, ctx, next);
        }
        try {
          if (matched) {
            return await forms.pass(ctx, matched, next);
          }
          // What is between here and the route finds a body, as after any other parser.
          (ctx.request as { body?: unknown }).body ??= {};
          return await next();
        } finally {
          await drain(ctx.req, ctx.res);
        }
      };
      const forms = new FormsInFront(strapi, layers, () => [
        ...codeInFront(strapi, handler),
        ...(formidable.hooks ? ['hooks in formidable of strapi::body'] : []),
      ]);
      return handler;
    };
    return factory;
  });
  return { options: () => formidable, temporaryFolder: () => folder };
}

function warnOfUnused(strapi: Core.Strapi, { unused }: FormidableOptions): void {
  for (const key of unused) {
    strapi.log.warn(
      `upload: formidable.${key} of strapi::body has no effect on uploads, which are not read with formidable.`
    );
  }
}
