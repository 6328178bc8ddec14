import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { pendingOf, withPendingForm, type PendingForm } from '../http/forms/pending';
import { readForm } from '../http/forms/read-form';
import { hasUnreadForm } from '../http/forms/unread-form';

const UPLOADS = { of: 'uploads', by: 'project' } as const;

/**
 * Reads the form of an authorised request and stages its files, for routes of a project. Staged files that no step
 * has stored are discarded at the end.
 */
export default (_config: unknown, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const known = pendingOf(ctx);
    const read = async (form: PendingForm) => {
      await readForm(strapi, { ctx, kind: UPLOADS, form });
      await next();
    };
    if (known && !known.isRead) {
      await read(known);
    } else if (known || !hasUnreadForm(ctx)) {
      await next();
    } else {
      await withPendingForm(strapi, ctx, read);
    }
  };
