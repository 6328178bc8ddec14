import { FILE_UID } from '../config/constants';
import { FilesInUse } from '../usage/files-in-use';
import { together, type Usage } from '../usage/usage';
import type { Uses } from '../usage/use';
import { lockRows } from '../database/lock-rows';
import type { Database } from '../database/transactions';

/** Keeps files that entries use from being deleted; both inside the transaction that deletes them. */
export interface UseGuard {
  /**
   * Lets nobody link the files until the transaction ends. To come before all its reads: MariaDB would go
   * on answering as of the first one.
   */
  lockFiles(): Promise<void>;
  /** @throws FilesInUse */
  refuseUsed(): Promise<void>;
}

interface GuardDeps {
  usage: Pick<Usage, 'linked' | 'inText'>;
  db: Database;
}

/**
 * Looks for the files in texts, and asks for links when they are locked. Nothing holds against a text
 * that is written meanwhile, whose database knows of no file: so that long look is no work of the
 * transaction.
 */
export const guardUsed = async (ids: readonly number[], deps: GuardDeps): Promise<UseGuard> =>
  guardLinked(ids, deps, await deps.usage.inText(ids));

/** @param inText what a look for the files in texts has found */
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

/** For files that are deleted whatever uses them. */
export const UNGUARDED: UseGuard = { lockFiles: async () => {}, refuseUsed: async () => {} };
