import type { IncomingMessage } from 'node:http';
import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import type { Caller } from '../../access/caller';
import type { Attempt } from '../../attempt/attempt';
import { withPassingAttempt } from '../../attempt/with-attempt';
import type { ReceivedFile } from '../../upload/receive/received-file';
import { tracked } from '../tracked';
import { receiving } from '../receiving';

/** A form that Strapi's parser has left unread, and what has become of it since. */
export interface PendingForm {
  /** What is staged of it; taken back at the end unless it was stored. */
  readonly attempt: Attempt;
  isRead: boolean;
  /** Whether it is read in front of its route, and of code of the project there. */
  isInFront: boolean;
  /** Files as they came in. */
  received: readonly ReceivedFile[];
  /** For whom it was read in front of its route; null where it was not. */
  readFor: Caller | null;
  /** Removes what the request has left of its files beside what is staged. */
  tidy(): Promise<void>;
  /** Why nothing was read before the request has reached its route; null where it was, or was not asked for. */
  refused: Error | null;
  /** Of an entry's form: what it says of its files, by the name of its field. */
  infos: Record<string, string | string[]>;
  /** Of an entry's form: whether its files are stored. What the request does from then on is the project's own. */
  isStored: boolean;
}

const PENDING = new WeakMap<IncomingMessage, PendingForm>();

/** The form of a request; undefined where it has none of that kind, such as one with a JSON body. */
export const pendingOf = ({ req }: Pick<Context, 'req'>): PendingForm | undefined =>
  PENDING.get(req);

/** Runs the rest of a request that has a form. Whatever no step has stored of it in the end is taken back. */
export async function withPendingForm(
  strapi: Core.Strapi,
  ctx: Context,
  work: (form: PendingForm) => Promise<void>
): Promise<void> {
  const { workload, newAttempt } = receiving.of(strapi);
  await tracked(ctx, workload, () =>
    withPassingAttempt(newAttempt, async (attempt) => {
      const form: PendingForm = {
        attempt,
        isRead: false,
        isInFront: false,
        received: [],
        readFor: null,
        async tidy() {},
        refused: null,
        infos: {},
        isStored: false,
      };
      PENDING.set(ctx.req, form);
      try {
        await work(form);
      } finally {
        await form.tidy().catch((error: unknown) => strapi.log.warn(`upload: ${String(error)}`));
      }
    })
  );
}
