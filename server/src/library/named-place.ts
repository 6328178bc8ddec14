import { invalid } from '../errors';
import type { FolderId } from '../types/rows';
import { ROOT_PATH, type FolderRow } from './folder-tree';
import type { Place } from './move';

/** Messages for a folder that does not exist, by the key of the request. */
const MISSING = {
  parent: 'parent folder does not exist',
  destinationFolderId: 'destination folder does not exist',
};

/**
 * Returns the folder in a request, or the root.
 *
 * @param key of the request that holds the id, for the error
 * @param id of the folder; null is the root
 * @throws errors.ValidationError for a folder that does not exist
 */
export function placeOf(
  tree: readonly FolderRow[],
  key: keyof typeof MISSING,
  id: FolderId | null
): Place {
  if (id === null) {
    return { id: null, path: ROOT_PATH };
  }
  const folder = tree.find((row) => String(row.id) === String(id));
  if (!folder) {
    throw invalid([key], MISSING[key], id);
  }
  return folder;
}
