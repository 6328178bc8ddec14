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
 * Forms of the routes that read them, where Strapi's body parser would read them: in front of the project's code between
 * it and the router.
 *
 * Where there is such code, and the setting `receive` is `auto`, a form is read here, as soon as what the route will ask
 * of the caller has been asked. Else the form is left unread, and code that looks at it all the same gets an error: an
 * empty form would pass its check.
 */
export class FormsInFront {
  /** Found at the first form: plugins still add code while Strapi starts. */
  private names: string[] | undefined;

  /** @param findCode names of the code in front of the router */
  constructor(
    private readonly strapi: Core.Strapi,
    private readonly layers: Pick<RouterLayers, 'hasCodeInFront'>,
    private readonly findCode: () => string[]
  ) {}

  /** Hands a request with a form on, read or unread; what is staged of it is taken back in the end. */
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
        `upload: forms are read before they reach their routes, once they are allowed, since this code comes first and ` +
          `may look at them: ${names.join(', ')}.`
      );
    }
    return names;
  }

  private tooEarly(): Error {
    return new Error(
      'The form of this request is read by its route, so code in front of the route cannot look at its body and files. ' +
        `The setting "receive" of the plugin upload says so: with 'auto' forms are read before such code.`
    );
  }
}

/** What the route will say to the client, such as that it may not do this; not a fault of the server. */
const isRefusal = (error: unknown): error is Error => {
  const { status } = (error ?? {}) as { status?: unknown };
  return (
    error instanceof errors.ApplicationError ||
    (error instanceof Error && typeof status === 'number' && status < 500)
  );
};
