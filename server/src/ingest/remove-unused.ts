import { FilesInUse } from '../errors';
import type { FileRow } from '../types';
import type { Attempt } from './attempt';
import type { IngestDeps } from './deps';
import { removeFiles } from './remove';

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
  newAttempt: () => Attempt,
  deps: IngestDeps
): Promise<FileRow[]> {
  let left = [...ids];
  for (let attempts = 1; left.length > 0 && attempts <= ATTEMPTS; attempts += 1) {
    const attempt = newAttempt();
    try {
      return await removeFiles(left, attempt, deps, { refuseUsed: true });
    } catch (error) {
      await attempt.undo();
      if (!(error instanceof FilesInUse)) {
        throw error;
      }
      const used = new Set(error.found.uses.map(({ fileId }) => fileId));
      left = left.filter((id) => !used.has(id));
    }
  }
  return [];
}
