import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../../util/strapi-utils';
import { containerOf } from '../../wiring/container';
import { shownUsage, tellingUses } from '../usage';
import { populating, shownFile, shownFiles } from './answers';
import { ACTIONS, AdminPermissions } from '../../http/admin-permissions';
import { visibleToAdmin } from './visible-uses';

/** Reads and deletes files of the Media Library, and lists their uses. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const service = () => strapi.plugin('upload').service('upload');
  const permissions = (ctx: Context) => new AdminPermissions(strapi, ctx);

  return {
    async find(ctx: Context) {
      const pm = permissions(ctx).managerFor(ACTIONS.read);
      const asked = populating(ctx.query, { folder: true });
      await pm.validateQuery(asked);
      const query = pm.addPermissionsQueryTo(await pm.sanitizeQuery(asked), ACTIONS.read);
      const { results, pagination } = await service().findPage(query);
      ctx.body = { results: await shownFiles(strapi, ctx, results), pagination };
    },

    async findOne(ctx: Context) {
      const file = await permissions(ctx).fileFor(ACTIONS.read, ctx.params.id);
      ctx.body = await shownFile(strapi, ctx, file);
    },

    async findUsage(ctx: Context) {
      const { id } = await permissions(ctx).fileFor(ACTIONS.read, ctx.params.id);
      const found = await containerOf(strapi).library.usage.of([id]);
      ctx.body = await shownUsage(found, visibleToAdmin(strapi, ctx));
    },

    async destroy(ctx: Context) {
      const file = await permissions(ctx).fileFor(ACTIONS.update, ctx.params.id);
      const remove = () => service().remove(file);
      if (!(await tellingUses(remove, visibleToAdmin(strapi, ctx)))) {
        throw new errors.NotFoundError('Entity not found');
      }
      ctx.body = await shownFile(strapi, ctx, file);
    },
  };
};
