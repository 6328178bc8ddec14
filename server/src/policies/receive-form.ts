import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { receiveEntry } from '../entry-files/receive-entry';
import { permit } from '../forms/authorize-early';
import type { FormKind } from '../forms/form-routes';
import { pendingOf } from '../forms/pending';
import { readForm } from '../forms/read-form';
import { noteLateAccess } from '../forms/late-access';

/**
 * The first policy of a route that takes files: behind Strapi's authentication and authorisation it asks this plugin's own
 * permission step, then reads the form, unless that was done in front of the route. So the policies and middlewares of
 * a project find `body` and `files`.
 *
 * @returns true; what is wrong is thrown
 */
export default async (
  { request }: Pick<Context, 'request'>,
  kind: FormKind,
  { strapi }: { strapi: Core.Strapi }
): Promise<boolean> => {
  // Strapi gives policies a copy without the context's getters.
  const { ctx } = request as { ctx: Context };
  await permit(strapi, ctx, kind);
  const form = pendingOf(ctx);
  if (form) {
    noteLateAccess(strapi, ctx, form);
    if (!form.isRead) {
      await readForm(strapi, ctx, kind, form);
    }
    if (kind.of === 'entry') {
      receiveEntry(strapi, ctx, kind.uid, form);
    }
  }
  return true;
};
