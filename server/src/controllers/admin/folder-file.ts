import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { FILE_UID, FOLDER_UID } from '../../config/constants';
import { rowsById } from '../../database/rows-by-id';
import { parseId } from '../../library/files';
import type { Selection } from '../../library/folders';
import { containerOf } from '../../wiring/container';
import { orItself, signFiles } from '../../signing/signed-urls';
import { inTurns } from '../../util/turns';
import type { FileRow, FolderId } from '../../types/rows';
import { tellingUses } from '../usage';
import { ACTIONS, AdminPermissions, refuseUnlessAll } from '../../http/admin-permissions';
import { validateMove, validateSelection } from './validation';
import { visibleToAdmin } from './visible-uses';

interface Body {
  fileIds?: unknown[];
  folderIds?: unknown[];
  destinationFolderId?: FolderId | null;
}

/** Actions on many files and folders at once. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const selectionOf = ({ fileIds = [], folderIds = [] }: Body): Selection => ({
    fileIds: idsOf(fileIds),
    folderIds: idsOf(folderIds),
  });

  /** Checks conditions such as "is creator" for each selected file. */
  const refuseOthersFiles = async (ctx: Context, { fileIds }: Selection): Promise<void> => {
    if (!containerOf(strapi).settings.config().bulk.checkConditions) {
      return;
    }
    const files = await rowsById<FileRow>({ uid: FILE_UID, ids: fileIds }, strapi.db, {
      populate: { createdBy: { populate: ['roles'] } },
    });
    const manager = new AdminPermissions(strapi, ctx).managerFor(ACTIONS.update);
    refuseUnlessAll(manager, ACTIONS.update, files);
  };

  const answer = async (
    ctx: Context,
    { files, folders }: { files: FileRow[]; folders: object[] }
  ) => {
    const sign = strapi.plugin('upload').service('file').signFileUrls;
    const signed = await signFiles(files, (file) => orItself(file, sign));
    const shown = <T>(rows: T[], model: string) => {
      const manager = new AdminPermissions(strapi, ctx).managerFor(ACTIONS.read, model);
      return inTurns(rows, (row) => manager.sanitizeOutput(row, { action: ACTIONS.read }));
    };
    ctx.body = {
      data: { files: await shown(signed, FILE_UID), folders: await shown(folders, FOLDER_UID) },
    };
  };

  return {
    async deleteMany(ctx: Context) {
      const { body } = ctx.request as { body?: Body };
      await validateSelection(body);
      const selection = selectionOf(body ?? {});
      await refuseOthersFiles(ctx, selection);
      const service = strapi.plugin('upload').service('folder');
      const remove = () => service.deleteSelection(selection);
      await answer(ctx, await tellingUses(remove, visibleToAdmin(strapi, ctx)));
    },

    async moveMany(ctx: Context) {
      const { body } = ctx.request as { body?: Body };
      await validateMove(body);
      const { destinationFolderId = null } = body ?? {};
      const selection = selectionOf(body ?? {});
      await refuseOthersFiles(ctx, selection);
      const service = strapi.plugin('upload').service('folder');
      await answer(ctx, await service.moveSelection(selection, destinationFolderId));
    },
  };
};

const idsOf = (raw: unknown[]): number[] =>
  raw.map(parseId).filter((id): id is number => id !== null);
