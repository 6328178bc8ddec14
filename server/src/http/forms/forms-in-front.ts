import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { receiving } from '../receiving';
import { errors } from '../../util/strapi-utils';
import { authorizeEarly } from './authorize-early';
import type { Matched } from './form-routes';
import { withPendingForm, type PendingForm } from './pending';
import { readForm } from './read-form';
import type { RouterLayers } from './router-layers';
import { guardUnread } from './guard-unread';

/**
 * Handles forms at the place of Strapi's body parser, in front of the project's code between the parser and the router.
 *
 * If there is such code, and the setting `receive` is `auto`, the form is read here, after the checks that the route
 * will make. Otherwise the form stays unread. Code that reads it too early gets an error, since an empty form would
 * pass that code's checks.
 */
export class FormsInFront {
  /**
   * Names of the code in front of the router. They are determined at the first form, since plugins still add code while
   * Strapi starts.
   */
  private names: string[] | undefined;

  /** @param findCode returns the names of the code in front of the router */
  constructor(
    private readonly strapi: Core.Strapi,
    private readonly layers: Pick<RouterLayers, 'hasCodeInFront'>,
    private readonly findCode: () => string[]
  ) {}

  /**
   * Passes on a request with a form, which is read or unread. Staged files that are not stored are discarded at the
   * end.
   */
  async pass(ctx: Context, matched: Matched, next: Next): Promise<void> {
    await withPendingForm(this.strapi, ctx, async (form) => {
      const unread = guardUnread(ctx, () => form.refused ?? this.tooEarly());
      try {
        if (this.readsHere(ctx)) {
          await this.read(ctx, matched, form);
        }
        await next();
      } finally {
        unread();
      }
    });
  }

  private async read(ctx: Context, matched: Matched, form: PendingForm): Promise<void> {
    const seen = await authorizeEarly(this.strapi, ctx, matched).catch((error: unknown) => {
      if (!isRefusal(error)) {
        throw error;
      }
      form.refused = error;
    });
    if (seen) {
      form.isInFront = true;
      await readForm(this.strapi, { ctx: seen, kind: matched.kind, form });
    }
  }

  private readsHere(ctx: Context): boolean {
    if (receiving.of(this.strapi).setting('receive') !== 'auto') {
      return false;
    }
    this.names ??= this.tell(this.findCode());
    return this.names.length > 0 || this.layers.hasCodeInFront(ctx);
  }

  private tell(names: string[]): string[] {
    if (names.length > 0) {
      this.strapi.log.info(
        `upload: code in front of the routes may use forms, so forms are read before it, after the check of the ` +
          `permission. This code is ${names.join(', ')}.`
      );
    }
    return names;
  }

  private tooEarly(): Error {
    return new Error(
      'The route of this request reads the form, so code in front of the route cannot use the body and the files. ' +
        `If the setting "receive" of the upload plugin is 'auto', forms are read before such code.`
    );
  }
}

/**
 * Whether an error is the refusal that the client will get from the route, such as a missing permission, and not a
 * fault of the server.
 */
const isRefusal = (error: unknown): error is Error => {
  const { status } = (error ?? {}) as { status?: unknown };
  return (
    error instanceof errors.ApplicationError ||
    (error instanceof Error && typeof status === 'number' && status < 500)
  );
};
