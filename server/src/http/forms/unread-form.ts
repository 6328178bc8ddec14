import type { Context } from 'koa';
import { isMultipart } from '../../upload/receive/multipart/boundary';
import type { FormRequest } from './form-files';

/** Whether a request is a form. */
export const hasForm = (ctx: Context): boolean => isMultipart(ctx.get('content-type'));

/** Whether a request is a form that nobody has read: neither Strapi's parser nor one of the project. */
export const hasUnreadForm = (ctx: Context): boolean =>
  hasForm(ctx) && (ctx.request as FormRequest).files === undefined && !ctx.req.readableEnded;
