import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { entryReaderOf } from '../http/entry-forms/form';
import { receiveEntry } from '../http/entry-forms/receive-entry';
import { permit } from '../http/forms/authorize-early';
import type { FormKind } from '../http/forms/form-routes';
import { pendingOf } from '../http/forms/pending';
import { readForm } from '../http/forms/read-form';
import { noteLateAccess } from '../http/forms/late-access';

/**
 * The first policy of a route that accepts files. It runs after Strapi's authentication and authorisation. It runs
 * this plugin's own permission step, then reads the form, unless the form was read in front of the route. So the
 * policies and middlewares of a project find `body` and `files`.
 *
 * @returns true; a refusal is thrown
 */
export default async (
  { request }: Pick<Context, 'request'>,
  kind: FormKind,
  { strapi }: { strapi: Core.Strapi }
): Promise<boolean> => {
  // Strapi passes policies a copy of the context without its getters.
  const { ctx } = request as { ctx: Context };
  await permit(strapi, ctx, kind);
  const form = pendingOf(ctx);
  if (form) {
    noteLateAccess(strapi, ctx, form);
    if (!form.isRead) {
      await readForm(strapi, { ctx, kind, form });
    }
    if (kind.of === 'entry') {
      receiveEntry(ctx, form, entryReaderOf(strapi, kind.uid));
    }
  }
  return true;
};
