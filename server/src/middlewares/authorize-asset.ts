import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { permitAsset } from '../http/forms/permit-upload';

/** Checks that the admin user may create files, for a route whose body is not a form. */
export default (_config: unknown, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    await permitAsset(strapi, ctx);
    await next();
  };
