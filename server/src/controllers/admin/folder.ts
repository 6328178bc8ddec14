import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../../util/strapi-utils';
import { FOLDER_UID } from '../../config/constants';
import { parseId } from '../../library/files';
import type { FolderInput } from '../../library/folders';
import { populating } from './answers';
import { ACTIONS, AdminPermissions } from '../../http/admin-permissions';
import { validateFolder, validateNewFolder } from './validation';

const COUNTS = { children: { count: true }, files: { count: true } };

/** Folders of the Media Library. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const service = () => strapi.plugin('upload').service('folder');
  const manager = (ctx: Context) =>
    new AdminPermissions(strapi, ctx).managerFor(ACTIONS.read, FOLDER_UID);

  const query = async (ctx: Context) => {
    const pm = manager(ctx);
    const asked = populating(ctx.query, COUNTS);
    await pm.validateQuery(asked);
    const allowed = await pm.sanitizeQuery(asked);
    return strapi.get('query-params').transform(FOLDER_UID, allowed);
  };

  /** Returns only the keys that are in the body: `parent: undefined` would mean something else than no `parent`. */
  const inputOf = (body: unknown): FolderInput => {
    const { name, parent } = body as FolderInput;
    return {
      ...(name === undefined ? {} : { name }),
      ...(parent === undefined ? {} : { parent }),
    };
  };

  const answer = async (ctx: Context, folder: unknown) => ({
    data: await manager(ctx).sanitizeOutput(folder, { action: ACTIONS.read }),
  });

  return {
    async find(ctx: Context) {
      // Returns all folders in one list: the Media Library shows all subfolders of a folder on one page.
      const params = { ...(await query(ctx)), offset: undefined, limit: undefined };
      ctx.body = await answer(ctx, await strapi.db.query(FOLDER_UID).findMany(params));
    },

    async findOne(ctx: Context) {
      const id = parseId(ctx.params.id);
      const params = await query(ctx);
      const folder =
        id && (await strapi.db.query(FOLDER_UID).findOne({ ...params, where: { id } }));
      if (!folder) {
        throw new errors.NotFoundError('folder not found');
      }
      ctx.body = await answer(ctx, folder);
    },

    async create(ctx: Context) {
      const { body } = ctx.request as { body?: unknown };
      await validateNewFolder(body);
      ctx.body = await answer(ctx, await service().create(inputOf(body), { user: ctx.state.user }));
      ctx.status = 201;
    },

    async update(ctx: Context) {
      const { body } = ctx.request as { body?: unknown };
      await validateFolder(body);
      const id = parseId(ctx.params.id) ?? 0;
      const folder = await service().update(id, inputOf(body), { user: ctx.state.user });
      ctx.body = await answer(ctx, folder);
    },

    async getStructure(ctx: Context) {
      ctx.body = await answer(ctx, await service().getStructure());
    },
  };
};
