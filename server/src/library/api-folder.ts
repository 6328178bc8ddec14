import { API_FOLDER_NAME, FOLDER_UID } from '../config/constants';
import type { Database } from '../database/transactions';
import { part } from '../util/part';
import { childrenOf, ROOT_PATH, type FolderRow } from './folder-tree';
import type { Folders } from './folders';

/** Finds the folder for files that arrive over REST. */
export const apiFolder = part<() => Promise<FolderRow>>('api-folder');

/** The plugin store entry `api-folder`, which keeps the folder's id. */
export interface ApiFolderStore {
  get(): Promise<{ id: number } | null>;
  set(value: { id: number }): Promise<void>;
}

/**
 * Finds the folder for files that arrive over REST, and makes it when it is missing or was
 * deleted. However many requests and instances ask at once, one folder is made.
 */
export function createApiFolder(
  db: Database,
  folders: Folders,
  store: ApiFolderStore
): () => Promise<FolderRow> {
  let making: Promise<FolderRow> | undefined;

  const folder = (id: number | undefined): Promise<FolderRow | null> =>
    id ? db.query(FOLDER_UID).findOne({ where: { id } }) : Promise.resolve(null);
  const find = async () => folder((await store.get())?.id);
  // Where it was last time; whether it is there still is asked each time.
  let last: number | undefined;

  return async () => {
    const found = (await folder(last)) ?? (await find());
    if (found) {
      last = found.id;
      return found;
    }
    // Inside a transaction nothing may be waited for that needs a connection of its own.
    if (db.inTransaction()) {
      return make(folders, find, store);
    }
    // Within this process one request makes it and the others wait for that one.
    making ??= make(folders, find, store).finally(() => {
      making = undefined;
    });
    return making;
  };
}

/** While the tree is locked, so that across instances one folder is made too. */
const make = (
  folders: Folders,
  find: () => Promise<FolderRow | null>,
  store: ApiFolderStore
): Promise<FolderRow> =>
  folders.change(async (tree) => {
    const existing = await find();
    if (existing) {
      return existing;
    }
    // By the same look at the tree that gave the name: a tree without folders has nothing to lock, and
    // another instance may have made the folder meanwhile. The path id tells, and it is tried again.
    const folder = await folders.createIn(tree, { name: freeName(tree) });
    await store.set({ id: folder.id });
    return folder;
  });

/** "API Uploads", or "API Uploads (1)" and so on where a folder of that name is in the root. */
function freeName(tree: readonly FolderRow[]): string {
  const names = new Set(childrenOf(tree, ROOT_PATH).map(({ name }) => name));
  let name = API_FOLDER_NAME;
  for (let count = 1; names.has(name); count += 1) {
    name = `${API_FOLDER_NAME} (${count})`;
  }
  return name;
}
