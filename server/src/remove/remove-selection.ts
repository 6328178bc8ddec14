import { FILE_UID, FOLDER_UID } from '../config/constants';
import { chunks } from '../database/chunks';
import { isWithin, subtreesOf, type FolderRow } from '../library/folder-tree';
import type { Folders, Selection } from '../library/folders';
import { nextTurn } from '../util/turns';
import type { FileRow } from '../types/rows';
import type { Attempt } from '../attempt/attempt';
import { withAttempt, type NewAttempt } from '../attempt/with-attempt';
import type { Database } from '../database/transactions';
import { removeFiles, type Around, type RemoveDeps } from './remove';

/** The deleted files and folders: those that were selected, and everything in the selected folders. */
export interface RemovedSelection {
  files: FileRow[];
  folders: FolderRow[];
  /** Numbers of all deleted folders and files, including those in subfolders. */
  totalFolderNumber: number;
  totalFileNumber: number;
}

interface RemoveSelectionDeps extends RemoveDeps {
  newAttempt: NewAttempt;
  folders: Folders;
}

/** Returns the ids of all files in these folders and their subfolders. */
export async function filesBelow(folderIds: readonly number[], db: Database): Promise<number[]> {
  const tree: FolderRow[] = await db.query(FOLDER_UID).findMany({});
  const selected = tree.filter(({ id }) => folderIds.includes(id));
  return filesIn(db, subtreesOf(tree, selected));
}

/** Number of ids that are read by one query. */
const PAGE = 500;

/** Thrown if a file was added to a folder after the search for the folder's files and before the folder's deletion. */
class FolderFilled extends Error {}

/** How often the deletion of a folder is tried while files are added to it. */
const ATTEMPTS = 5;

/** Deletes files, and folders with everything in them: all or none. Ids that do not exist are skipped. */
export async function removeSelection(
  selection: Selection,
  deps: RemoveSelectionDeps
): Promise<RemovedSelection> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await withAttempt(deps.newAttempt, (attempt) => removeOnce(selection, attempt, deps));
    } catch (error) {
      if (!(error instanceof FolderFilled) || attempts === ATTEMPTS) {
        throw error;
      }
    }
  }
}

async function removeOnce(
  { fileIds, folderIds }: Selection,
  attempt: Attempt,
  deps: RemoveSelectionDeps
): Promise<RemovedSelection> {
  const { folders, commit } = deps;
  const { db } = commit;
  const [files, tops] = [new Set(fileIds), new Set(folderIds)];
  const select = (tree: FolderRow[]) => tree.filter(({ id }) => tops.has(id));
  const inside = await filesBelow(folderIds, db);
  let selected: FolderRow[] = [];
  let all: FolderRow[] = [];

  const around: Around = async (deleteRows, lockFiles) => {
    if (folderIds.length === 0) {
      await deleteRows();
      return;
    }
    const locked = await folders.lock(lockFiles);
    selected = select(locked);
    all = subtreesOf(locked, selected);
    const held = new Set([...fileIds, ...inside]);
    if ((await filesIn(db, all)).some((id) => !held.has(id))) {
      throw new FolderFilled();
    }
    await deleteRows();
    for (const some of chunks(all)) {
      await db.query(FOLDER_UID).deleteMany({ where: { id: { $in: some.map(({ id }) => id) } } });
    }
  };
  const removed = await removeFiles([...fileIds, ...inside], { attempt, around }, deps);
  return {
    files: removed.filter(({ id }) => files.has(id)),
    folders: selected,
    totalFolderNumber: all.length,
    totalFileNumber: removed.filter(({ folderPath }) =>
      selected.some(({ path }) => isWithin(folderPath, path))
    ).length,
  };
}

async function filesIn(db: Database, folders: readonly FolderRow[]): Promise<number[]> {
  const ids: number[] = [];
  for (const some of chunks(folders)) {
    const folder = { id: { $in: some.map(({ id }) => id) } };
    for (let last = 0, rows: Array<{ id: number }> = []; last === 0 || rows.length === PAGE;) {
      rows = await db.query(FILE_UID).findMany({
        select: ['id'],
        where: { folder, id: { $gt: last } },
        orderBy: { id: 'asc' },
        limit: PAGE,
      });
      last = rows.at(-1)?.id ?? Infinity;
      ids.push(...rows.map(({ id }) => id));
      await nextTurn();
    }
  }
  return ids;
}
