import type { Core } from '@strapi/strapi';
import type { Context, Next } from 'koa';
import { errors } from '../strapi-utils';
import { ACTIONS, managerFor, permittedFile } from '../controllers/admin/permissions';
import { idInQuery } from '../controllers/form';

/**
 * Whether the admin user may do what an upload request asks for: make files, or change the one
 * that path or query name. It is asked before a byte of the body is read.
 */
export default (_config: unknown, { strapi }: { strapi: Core.Strapi }) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const id = ctx.params.id ?? idInQuery(ctx);
    if (id) {
      await permittedFile(strapi, ctx, ACTIONS.update, id);
    } else if (!managerFor(strapi, ctx, ACTIONS.create).isAllowed) {
      throw new errors.ForbiddenError();
    }
    await next();
  };
