import type { Core } from '@strapi/strapi';
import { FOLDER_UID } from '../config/constants';
import { nextPathId, type Selection } from '../library/folders';
import { childPath, ROOT_PATH, type FolderRow } from '../library/folder-tree';
import { removeOneByOne } from '../remove/remove-one-by-one';
import { removeSelection } from '../remove/remove-selection';
import { isOwn } from '../util/own';
import { containerOf } from '../wiring/container';
import type { AdminUser, FolderId } from '../types/rows';

interface Options {
  /** The admin user who is stored as creator and updater of the folder. */
  user?: AdminUser;
}

/** The service that other plugins and projects call as `strapi.plugin('upload').service('folder')`. */
export default ({ strapi }: { strapi: Core.Strapi }) => {
  const parts = () => containerOf(strapi);
  const emit = (event: string, payload: Record<string, unknown>): void => {
    const name = `media-folder.${event}`;
    // No `await`: as with the built-in plugin, the client must not wait for a slow listener.
    strapi.eventHub
      .emit(name, payload)
      .catch((error) =>
        strapi.log.error(`upload: a listener for the event "${name}" failed: ${String(error)}`)
      );
  };

  const announce = (event: string, folder: FolderRow): FolderRow => {
    emit(event, { folder });
    return folder;
  };

  const removeAtOnce = (selection: Selection) => {
    const { journal, library, steps } = parts();
    const { workload, newAttempt } = journal;
    return workload.track(() =>
      removeSelection(selection, { ...steps.remove, newAttempt, folders: library.folders })
    );
  };

  const remove = async (selection: Selection) => {
    const { remove: removeFile } = strapi.plugin('upload').service('upload');
    const removed = isOwn(removeFile)
      ? await removeAtOnce(selection)
      : await removeOneByOne(selection, { removeFile, removeAtOnce, db: strapi.db });
    if (removed.folders.length > 0) {
      emit('delete', { folders: removed.folders });
    }
    return removed;
  };

  return {
    /**
     * Creates a folder.
     *
     * @throws errors.ValidationError for an unknown parent, or a name that exists in the parent already
     */
    create: async (input: { name: string; parent?: FolderId | null }, { user }: Options = {}) =>
      announce('create', await parts().library.folders.create(input, user)),

    /**
     * Renames a folder, moves it, or both; `parent: null` means the root.
     *
     * @throws errors.NotFoundError, errors.ValidationError
     */
    update: async (
      id: number,
      input: { name?: string; parent?: FolderId | null },
      { user }: Options = {}
    ) => announce('update', await parts().library.folders.update(id, input, user)),

    /** Deletes folders with everything in them. */
    async deleteByIds(ids: number[] = []) {
      const { folders, totalFolderNumber, totalFileNumber } = await remove({
        folderIds: ids,
        fileIds: [],
      });
      return { folders, totalFolderNumber, totalFileNumber };
    },

    /** Deletes files, and folders with everything in them, all of them or none. */
    deleteSelection: (selection: Selection) => remove(selection),

    /**
     * Moves files and folders into a folder (null: the root), all of them or none.
     *
     * @throws errors.ValidationError
     */
    moveSelection: (selection: Selection, destination: FolderId | null) =>
      parts().library.folders.move(selection, destination),

    /** Whether a folder matches the conditions. */
    exists: async (where: Record<string, unknown> = {}): Promise<boolean> =>
      (await strapi.db.query(FOLDER_UID).count({ where })) > 0,

    /** Returns a new folder with the `pathId` and `path` that it would get in its parent. */
    async setPathIdAndPath<T extends { parent?: number | null }>(folder: T) {
      const tree: FolderRow[] = await strapi.db.query(FOLDER_UID).findMany({});
      const pathId = nextPathId(tree);
      const parent = tree.find(({ id }) => id === folder.parent)?.path ?? ROOT_PATH;
      return { ...folder, pathId, path: childPath(parent, pathId) };
    },

    getStructure: () => parts().library.folders.structure(),
  };
};
