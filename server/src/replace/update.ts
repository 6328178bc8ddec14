import { fileNotFound } from '../errors';
import { updateFileRow } from '../library/file-rows';
import type { FileRow, FolderId } from '../types/rows';
import type { CreateDeps } from '../upload/commit/create';
import type { CommitDeps } from '../upload/commit/commit';

/** Changes of a file's columns. The bytes do not change. */
export interface FileUpdate {
  id: number;
  data: Record<string, unknown>;
  /** The new folder of the file; undefined if the file is not moved. */
  folder: FolderId | null | undefined;
}

export interface UpdateDeps extends Pick<CreateDeps, 'folderColumns'> {
  commit: Pick<CommitDeps, 'db' | 'transaction' | 'announce'>;
}

/**
 * Updates files, all of them or none.
 *
 * @throws errors.NotFoundError when a row no longer exists; errors.ValidationError for an unknown folder
 */
export async function updateFiles(
  updates: readonly FileUpdate[],
  { commit: { db, transaction, announce }, folderColumns }: UpdateDeps
): Promise<FileRow[]> {
  const updated: FileRow[] = await transaction(async () => {
    const rows: FileRow[] = [];
    for (const { id, data, folder } of updates) {
      const place = folder === undefined ? {} : await folderColumns(folder);
      const row = await updateFileRow(db, id, { ...data, ...place });
      if (!row) {
        throw fileNotFound();
      }
      rows.push(row);
    }
    return rows;
  });
  await Promise.all(updated.map((file) => announce('media.update', file)));
  return updated;
}
