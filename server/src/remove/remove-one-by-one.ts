import { errors } from '../util/strapi-utils';
import { FILE_UID } from '../config/constants';
import type { Selection } from '../library/folders';
import type { FileRow } from '../types/rows';
import type { Database } from '../database/transactions';
import { filesBelow, type RemovedSelection } from './remove-selection';

interface Removers {
  /** A project's own function, which may keep the file. */
  removeFile(file: FileRow): Promise<FileRow | null>;
  removeAtOnce(selection: Selection): Promise<RemovedSelection>;
  db: Database;
}

/**
 * Deletes files, and folders with everything in them, for a project that has its own way of removing
 * a file: it is given each of them. What it has removed before one fails stays removed.
 *
 * @throws errors.ValidationError when it keeps a file that lies in one of the folders
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
    throw new errors.ValidationError('A folder holds files that this project keeps.');
  }
  const removed = await removeAtOnce({ fileIds: [], folderIds });
  return { ...removed, files, totalFileNumber: inFolders.length };
}
