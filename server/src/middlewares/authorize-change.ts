import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { idInQuery } from '../controllers/form';
import { partsOf } from '../parts';

/** Whether the caller may change the file that the query names, before a byte of the body is read. */
export default (_config: unknown, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const id = idInQuery(ctx);
    if (id) {
      await partsOf(strapi).ownFiles.permitChange(ctx, id);
    }
    await next();
  };
