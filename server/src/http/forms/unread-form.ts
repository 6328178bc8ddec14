import type { Context } from 'koa';
import { isMultipart } from '../../upload/receive/multipart/boundary';
import type { FormRequest } from './form-files';

/** Whether a request has a multipart form. */
export const hasForm = (ctx: Context): boolean => isMultipart(ctx.get('content-type'));

/** Whether a request has a form that is still unread, by Strapi's parser or by a parser of the project. */
export const hasUnreadForm = (ctx: Context): boolean =>
  hasForm(ctx) && (ctx.request as FormRequest).files === undefined && !ctx.req.readableEnded;
