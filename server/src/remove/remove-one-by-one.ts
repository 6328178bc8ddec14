import { errors } from '../util/strapi-utils';
import { FILE_UID } from '../config/constants';
import type { Selection } from '../library/folders';
import type { FileRow } from '../types/rows';
import type { Database } from '../database/transactions';
import { filesBelow, type RemovedSelection } from './remove-selection';

interface Removers {
  /** Calls the project's own function, which may refuse to delete the file. */
  removeFile(file: FileRow): Promise<FileRow | null>;
  removeAtOnce(selection: Selection): Promise<RemovedSelection>;
  db: Database;
}

/**
 * Deletes files, and folders with everything in them, for a project with its own function for the removal of a
 * file. That function is called for each file. If it fails for one file, the files before it stay deleted.
 *
 * @throws errors.ValidationError when the function keeps a file that is in one of the folders
 */
export async function removeOneByOne(
  { fileIds, folderIds }: Selection,
  { removeFile, removeAtOnce, db }: Removers
): Promise<RemovedSelection> {
  const removeEach = async (ids: readonly number[]): Promise<FileRow[]> => {
    const removed: FileRow[] = [];
    for (const id of ids) {
      const file: FileRow | null = await db.query(FILE_UID).findOne({ where: { id } });
      const gone = file && (await removeFile(file));
      removed.push(...(gone ? [gone] : []));
    }
    return removed;
  };

  const files = await removeEach(fileIds);
  const inFolders = await removeEach(await filesBelow(folderIds, db));
  if ((await filesBelow(folderIds, db)).length > 0) {
    throw new errors.ValidationError(
      'A folder was not deleted, because it contains files that the code of this project does not delete.'
    );
  }
  const removed = await removeAtOnce({ fileIds: [], folderIds });
  return { ...removed, files, totalFileNumber: inFolders.length };
}
