import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { idInQuery } from '../controllers/form';
import { fileNotFound } from '../errors';
import { partsOf } from '../parts';

/** Whether the file that the query names is there, and the caller may change it, before a byte of the body is read. */
export default (_config: unknown, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const id = idInQuery(ctx);
    if (id) {
      const { files, ownFiles } = partsOf(strapi);
      if (!(await files.findOne(id))) {
        throw fileNotFound();
      }
      await ownFiles.permitChange(ctx, id);
    }
    await next();
  };
