import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { permitAsset } from '../http/forms/permit-upload';

/** Whether the admin user may make files, for a route whose body is no form. */
export default (_config: unknown, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    await permitAsset(strapi, ctx);
    await next();
  };
