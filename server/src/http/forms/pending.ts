import type { IncomingMessage } from 'node:http';
import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import type { Caller } from '../../access/caller';
import type { Attempt } from '../../attempt/attempt';
import { withPassingAttempt } from '../../attempt/with-attempt';
import type { ReceivedFile } from '../../upload/receive/received-file';
import { tracked } from '../tracked';
import { receiving } from '../receiving';

/** A form that Strapi's parser has left unread, and its state. */
export interface PendingForm {
  /** The files that are staged. They are discarded at the end unless they were stored. */
  readonly attempt: Attempt;
  isRead: boolean;
  /** Whether the form is read in front of its route and of the project's code there. */
  isInFront: boolean;
  /** The files of the form as they were received. */
  received: readonly ReceivedFile[];
  /** The caller for whom the form was read in front of its route; null if it was not read there. */
  readFor: Caller | null;
  /** Removes the files that the request has left on the disk, except the staged files. */
  tidy(): Promise<void>;
  /**
   * The refusal that kept the form from being read in front of its route; null if the form was read there, or did not
   * have to be read there.
   */
  refused: Error | null;
  /** For the form of an entry: the `fileInfo` fields by their names. */
  infos: Record<string, string | string[]>;
  /**
   * For the form of an entry: whether its files are stored. From then on the request belongs to the project's code.
   */
  isStored: boolean;
}

const PENDING = new WeakMap<IncomingMessage, PendingForm>();

/** Returns the form of a request; undefined for a request without such a form, such as one with a JSON body. */
export const pendingOf = ({ req }: Pick<Context, 'req'>): PendingForm | undefined =>
  PENDING.get(req);

/** Runs the rest of a request that has a form. Staged files that no step has stored are discarded at the end. */
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
        await form
          .tidy()
          .catch((error: unknown) =>
            strapi.log.warn(
              `upload: temporary files of a form could not be removed: ${String(error)}`
            )
          );
      }
    })
  );
}
