import { FilesInUse } from '../usage/files-in-use';
import type { Uses } from '../usage/use';
import type { FileRow } from '../types/rows';
import { withAttempt, type NewAttempt } from '../attempt/with-attempt';
import { guardLinked } from './refuse-used';
import { removeFiles, type RemoveDeps } from './remove';

/** How often the deletion is tried. Each try leaves out the files that have come into use meanwhile. */
const ATTEMPTS = 5;

/**
 * Deletes those of the files that no entry uses. A file that comes into use during the search is kept. If that happens
 * at each try, none of the files is deleted.
 *
 * @returns the deleted rows
 */
export async function removeUnused(
  ids: readonly number[],
  newAttempt: NewAttempt,
  deps: RemoveDeps
): Promise<FileRow[]> {
  let left = await notInTexts(ids, deps);
  for (let attempts = 1; left.length > 0 && attempts <= ATTEMPTS; attempts += 1) {
    const guard = guardLinked(left, { usage: deps.usage, db: deps.commit.db });
    const unused = left;
    try {
      return await withAttempt(newAttempt, (attempt) =>
        removeFiles(unused, { attempt, guard }, deps)
      );
    } catch (error) {
      if (!(error instanceof FilesInUse)) {
        throw error;
      }
      left = without(left, error.found);
    }
  }
  return [];
}

/**
 * Returns the files that no text uses. One search reads all texts of the project. It is repeated only if it has
 * found more uses than it can return at once.
 */
async function notInTexts(ids: readonly number[], { usage }: RemoveDeps): Promise<number[]> {
  let left = [...ids];
  for (let more = true; more && left.length > 0;) {
    const found = await usage.inText(left);
    left = without(left, found);
    more = found.more;
  }
  return left;
}

function without(ids: readonly number[], { uses }: Uses): number[] {
  const used = new Set(uses.map(({ fileId }) => fileId));
  return ids.filter((id) => !used.has(id));
}
