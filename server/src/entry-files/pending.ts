import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import type { Attempt } from '../ingest/attempt';
import { tracked } from '../middlewares/tracked';
import { partsOf } from '../parts';
import type { EntryForm } from './form';

/** A form whose body Strapi's parser has left unread. */
interface Pending {
  /** What is staged of it; taken back at the end unless it was stored. */
  attempt: Attempt;
  /** Null until it is read. */
  form: EntryForm | null;
  /** Whether its files are stored: what the request does from then on is the project's own. */
  isStored: boolean;
}

const PENDING = Symbol('form of an entry and its files');

/** The form of a request; undefined where it has none, such as one with a JSON body. */
export const pendingOf = (ctx: Pick<Context, 'state'>): Pending | undefined =>
  (ctx.state as { [PENDING]?: Pending })[PENDING];

/** Runs the rest of a request whose form is read when the caller is known. */
export async function withPendingForm(strapi: Core.Strapi, ctx: Context, next: Next) {
  const { workload, attempt: newAttempt } = partsOf(strapi);
  const attempt = newAttempt();
  (ctx.state as { [PENDING]?: Pending })[PENDING] = {
    attempt,
    form: null,
    isStored: false,
  };
  await tracked(ctx, workload, async () => {
    try {
      await next();
    } finally {
      await attempt.undo();
    }
  });
}
