import { FILE_UID } from '../config/constants';
import { FilesInUse } from '../usage/files-in-use';
import { together, type Usage } from '../usage/usage';
import type { Uses } from '../usage/use';
import { lockRows } from '../database/lock-rows';
import type { Database } from '../database/transactions';

/** Protects files that entries use from deletion. Both functions run inside the transaction that deletes the files. */
export interface UseGuard {
  /**
   * Locks the files, so that no entry can be linked to them until the transaction ends. Must come before the first read
   * of the transaction: on MariaDB later reads show the data at the time of the first read.
   */
  lockFiles(): Promise<void>;
  /**
   * Refuses to delete files that entries use.
   *
   * @throws FilesInUse
   */
  refuseUsed(): Promise<void>;
}

interface GuardDeps {
  usage: Pick<Usage, 'linked' | 'inText'>;
  db: Database;
}

/**
 * Protects files that entries use from deletion. This function searches all texts for the files immediately, before the
 * transaction begins. It searches for links only inside the transaction, when the files are locked.
 *
 * No lock can prevent that somebody writes a text with the URL of a file: the database does not know that the text
 * refers to the file. So the search of all texts, which takes long, need not be part of the transaction.
 */
export const guardUsed = async (ids: readonly number[], deps: GuardDeps): Promise<UseGuard> =>
  guardLinked(ids, deps, await deps.usage.inText(ids));

/**
 * Protects files that entries use from deletion, with uses in texts that are already known.
 *
 * @param inText the uses in texts that a search has found
 */
export function guardLinked(
  ids: readonly number[],
  { usage, db }: GuardDeps,
  inText: Uses = { uses: [], more: false }
): UseGuard {
  const lockFiles = async () => void (await lockRows(FILE_UID, ids, db));
  return {
    lockFiles,
    async refuseUsed() {
      await lockFiles();
      const found = together(await usage.linked(ids), inText);
      if (found.uses.length > 0) {
        throw new FilesInUse(found);
      }
    },
  };
}

/** A guard that does nothing, for files that are deleted even if entries use them. */
export const UNGUARDED: UseGuard = { lockFiles: async () => {}, refuseUsed: async () => {} };
