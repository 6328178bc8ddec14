import { API_FOLDER_NAME, FOLDER_UID } from '../config/constants';
import type { Database } from '../database/transactions';
import { part } from '../util/part';
import { childrenOf, ROOT_PATH, type FolderRow } from './folder-tree';
import type { Folders } from './folders';

/** Returns the folder for files that arrive over REST. */
export const apiFolder = part<() => Promise<FolderRow>>('api-folder');

/** The plugin store entry `api-folder`, which keeps the folder's id. */
export interface ApiFolderStore {
  get(): Promise<{ id: number } | null>;
  set(value: { id: number }): Promise<void>;
}

/**
 * Finds the folder for files that arrive over REST, and creates it when it is missing or was deleted. Only one
 * folder is created, even if many requests and processes need it at the same time.
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
  // The last known id. Each call checks whether the folder still exists.
  let last: number | undefined;

  return async () => {
    const found = (await folder(last)) ?? (await find());
    if (found) {
      last = found.id;
      return found;
    }
    // A request inside a transaction must not wait for another request, which needs its own connection.
    if (db.inTransaction()) {
      return make(folders, find, store);
    }
    // Within this process one request creates the folder, and the others wait for it.
    making ??= make(folders, find, store).finally(() => {
      making = undefined;
    });
    return making;
  };
}

/** Creates the folder while the tree is locked, so that only one folder is created across all processes. */
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
    // Uses the same read of the tree for the free name and for the new folder. A tree without folders has no rows
    // to lock, so another process may have created the folder meanwhile. Then the unique path id makes this insert
    // fail, and `folders.change` tries again.
    const folder = await folders.createIn(tree, { name: freeName(tree) });
    await store.set({ id: folder.id });
    return folder;
  });

/** Returns "API Uploads", or "API Uploads (1)" and so on if the root already has a folder of that name. */
function freeName(tree: readonly FolderRow[]): string {
  const names = new Set(childrenOf(tree, ROOT_PATH).map(({ name }) => name));
  let name = API_FOLDER_NAME;
  for (let count = 1; names.has(name); count += 1) {
    name = `${API_FOLDER_NAME} (${count})`;
  }
  return name;
}
