import type { Core } from '@strapi/strapi';
import { errors } from '../util/strapi-utils';
import { FILE_UID, FOLDER_UID } from '../config/constants';
import { removeUnused } from '../remove/remove-unused';
import { isOwn } from '../util/own';
import { containerOf } from '../wiring/container';
import {
  ofPrivateFolder,
  ofPrivateProvider,
  signFile,
  type SignableFile,
} from '../signing/signed-urls';
import type { FileRow } from '../types/rows';

/** Whether a query selected a URL but not all columns that are needed to sign it. */
const lacksColumns = (file: SignableFile): boolean =>
  ('url' in file || 'formats' in file) && (file.provider === undefined || file.hash === undefined);

async function rowOf({ id }: SignableFile, strapi: Core.Strapi): Promise<SignableFile | null> {
  return id === undefined ? null : strapi.db.query(FILE_UID).findOne({ where: { id } });
}

/** The functions of the built-in plugin's service `file` that this plugin replaces. */
export default ({ strapi }: { strapi: Core.Strapi }) => ({
  /**
   * Returns the path of a folder, `/` for no folder.
   *
   * @throws errors.ValidationError for a folder that does not exist
   */
  async getFolderPath(folderId?: number | null): Promise<string> {
    if (!folderId) {
      return '/';
    }
    const folder = await strapi.db.query(FOLDER_UID).findOne({ where: { id: folderId } });
    if (!folder) {
      throw new errors.ValidationError('the folder does not exist');
    }
    return folder.path;
  },

  /** Deletes files, all of them or none. Ids that do not exist are skipped. */
  async deleteByIds(ids: number[] = []): Promise<FileRow[]> {
    const { files } = await strapi
      .plugin('upload')
      .service('folder')
      .deleteSelection({ fileIds: ids, folderIds: [] });
    return files;
  },

  /**
   * Deletes those of the files that no entry uses.
   *
   * @returns the deleted files
   */
  async deleteUnused(ids: readonly number[]): Promise<FileRow[]> {
    const { journal, library, steps } = containerOf(strapi);
    const { workload, newAttempt } = journal;
    const { usage } = library;
    const { remove } = strapi.plugin('upload').service('upload');
    if (isOwn(remove)) {
      return workload.track(() => removeUnused(ids, newAttempt, steps.remove));
    }
    const { uses } = await usage.of(ids);
    const removed: FileRow[] = [];
    for (const id of ids.filter((one) => !uses.some(({ fileId }) => fileId === one))) {
      const file: FileRow | null = await strapi.db.query(FILE_UID).findOne({ where: { id } });
      const gone = file && (await remove(file));
      removed.push(...(gone ? [gone] : []));
    }
    return removed;
  },

  /** Returns a copy of a file whose URLs a client can request: if the file is private, the URLs are signed. */
  async signFileUrls<T extends SignableFile>(file: T): Promise<T> {
    const { provider: current, privateFiles, providerName } = containerOf(strapi).stored;
    const [provider, name] = [current(), providerName()];
    if (privateFiles) {
      // A URL of the local disk shows whether the file is private.
      const isPrivate = ofPrivateFolder(name);
      return signFile(file, { provider, isPrivate, complete: (one) => one });
    }
    const isPrivate = ofPrivateProvider(provider, name);
    const complete = async (one: SignableFile) =>
      lacksColumns(one) && (await provider.isPrivate?.())
        ? ((await rowOf(one, strapi)) ?? one)
        : one;
    return signFile(file, { provider, isPrivate, complete });
  },
});
