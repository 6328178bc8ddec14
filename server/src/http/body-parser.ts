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

/** Options of the project's `strapi::body`, available after Strapi has created it. */
export interface BodyParser {
  /** The options that also apply to the routes of this plugin. */
  options(): FormidableOptions;
  /**
   * The folder for temporary files of forms; null if the project has set a folder, whose files this plugin
   * leaves alone.
   */
  temporaryFolder(): string | null;
}

/**
 * Makes Strapi's body parser leave forms unread for the routes that read them. Their own first policy reads the form,
 * after authorisation, so the bytes are never in a temporary file. A project may have code between the parser and the
 * router that uses the form. Then the form is read here, after the checks that the route will make ({@link
 * FormsInFront}). The unread rest of a refused request is discarded.
 *
 * Strapi's parser still reads forms for other routes, unless no code uses them. The temporary files of these forms are
 * removed with the answer. Strapi itself removes only some of them, and only after a success.
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

  /**
   * Whether any code may read the form of a request to another route: that route itself, or code in front of the
   * router.
   */
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
          // Code between this parser and the route expects `body` to be set, since every other parser sets it.
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
