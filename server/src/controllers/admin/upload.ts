import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { callerOf } from '../../access/caller';
import { parseInfo } from '../../upload/receive/file-info';
import type { DiskFile } from '../../upload/receive/received-file';
import { withOptions } from '../../http/upload-options';
import type { FileRow } from '../../types/rows';
import { bodyOf, filesOf, idInQuery, infoOf, infosOf, someFiles } from '../../http/form';
import { optionsOf, replacementOf, uploadOf } from '../../http/upload-call';
import { shownFile, shownFiles } from './answers';
import { ACTIONS, AdminPermissions } from '../../http/admin-permissions';
import { uploadFromUrls } from './upload-from-urls';
import { validateUpdates } from './validation';

const IN_FOLDERS = { folder: true };

/**
 * Uploads and changes files in the Media Library. The permissions are checked by a step of the routes before the
 * body is read (`permitAsset`).
 */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const service = () => strapi.plugin('upload').service('upload');
  const idOf = (ctx: Context) => ctx.params.id ?? idInQuery(ctx);

  const store = async (ctx: Context, files: DiskFile[]): Promise<FileRow[]> => {
    const options = { ...(await optionsOf(strapi, ctx)), user: ctx.state.user };
    const params = uploadOf(ctx, files, infosOf(ctx, files, IN_FOLDERS));
    return withOptions(options, files, () => service().upload(params, options));
  };

  const controller = {
    /** `POST /upload`: stores new files. With `?id=x`: replaces a file, or changes its `fileInfo`. */
    async upload(ctx: Context): Promise<void> {
      if (!idInQuery(ctx)) {
        return controller.uploadFiles(ctx);
      }
      return filesOf(ctx).length > 0 ? controller.replaceFile(ctx) : controller.updateFileInfo(ctx);
    },

    async uploadFiles(ctx: Context): Promise<void> {
      const files = someFiles(ctx);
      const created = await store(ctx, files);
      ctx.body = await shownFiles(strapi, ctx, created);
      ctx.status = 201;
    },

    /** `POST /upload/files`: stores one file and answers with one file. Further files are ignored. */
    async uploadFile(ctx: Context): Promise<void> {
      const files = someFiles(ctx).slice(0, 1);
      const created = await store(ctx, files);
      [ctx.body] = await shownFiles(strapi, ctx, created);
      ctx.status = 201;
    },

    async replaceFile(ctx: Context): Promise<void> {
      const params = replacementOf(ctx, infoOf(ctx, IN_FOLDERS));
      const options = { user: ctx.state.user, caller: callerOf(ctx) };
      const replace = (): Promise<FileRow> => service().replace(idOf(ctx), params, options);
      const file = await withOptions(options, [params.file], replace);
      ctx.body = await shownFile(strapi, ctx, file);
    },

    async updateFileInfo(ctx: Context): Promise<void> {
      const { user } = ctx.state;
      const file = await service().updateFileInfo(idOf(ctx), infoOf(ctx, IN_FOLDERS), { user });
      ctx.body = await shownFile(strapi, ctx, file);
    },

    async bulkUpdateFileInfo(ctx: Context): Promise<void> {
      await validateUpdates(bodyOf(ctx));
      const updates = (bodyOf(ctx).updates as Array<{ id: unknown; fileInfo: unknown }>).map(
        ({ id, fileInfo }) => ({ id, fileInfo: parseInfo(fileInfo, IN_FOLDERS) })
      );
      for (const { id } of updates) {
        await new AdminPermissions(strapi, ctx).fileFor(ACTIONS.update, id);
      }
      const { user } = ctx.state;
      const files = await service().updateFileInfos(updates, { user });
      ctx.body = await shownFiles(strapi, ctx, files);
    },

    uploadFromUrls: (ctx: Context): Promise<void> => uploadFromUrls(strapi, ctx),
  };
  return controller;
};
