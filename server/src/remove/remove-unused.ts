import { FilesInUse } from '../usage/files-in-use';
import type { Uses } from '../usage/use';
import type { FileRow } from '../types/rows';
import { withAttempt, type NewAttempt } from '../attempt/with-attempt';
import { guardLinked } from './refuse-used';
import { removeFiles, type RemoveDeps } from './remove';

/** How often those of the files are left out that turn out to be used. */
const ATTEMPTS = 5;

/**
 * Deletes those of some files that no entry uses. A file that comes into use while this looks is kept;
 * when that goes on and on, so are the others.
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

/** A look reads all texts of the project: there is one, unless it finds more uses than it can tell at once. */
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
