import { FILE_UID } from '../config/constants';
import { inTurns, pacer } from '../util/turns';
import type { FileRow } from '../types/rows';
import type { Attempt } from '../attempt/attempt';
import { transact } from '../attempt/transact';
import type { CommitDeps } from '../upload/commit/commit';
import type { Usage } from '../usage/usage';
import { asOwnDeletion } from './own-deletion';
import { guardUsed, UNGUARDED, type UseGuard } from './refuse-used';
import { storedObjects } from '../storage/stored-objects';

/**
 * Database work around the deletion of the rows, in the same transaction. The function calls `deleteRows` itself.
 *
 * @param lockFiles of {@link UseGuard}: must be called before the first read
 */
export type Around = (
  deleteRows: () => Promise<void>,
  lockFiles: UseGuard['lockFiles']
) => Promise<void>;

export interface RemoveDeps {
  commit: Omit<CommitDeps, 'count'>;
  usage: Pick<Usage, 'linked' | 'inText'>;
  /** Whether files that entries use are protected from deletion. */
  refusesUsed(): boolean;
}

/** Options of a removal. */
export interface Removal {
  attempt: Attempt;
  /** Further database work in the same transaction, such as the deletion of the folders that hold the files. */
  around?: Around;
  /** Protects files that entries use. By default, the configuration decides whether they are protected. */
  guard?: UseGuard;
}

/**
 * Deletes files, all of them or none: rows, links and ledger states in one transaction, and the stored objects after
 * the commit. If the storage then refuses, the request still succeeds, and recovery tries again.
 *
 * @returns the deleted rows, without rows that were already gone, for example because another request deleted them at
 *   the same time
 * @throws FilesInUse
 */
export async function removeFiles(
  ids: readonly number[],
  { attempt, around = (deleteRows) => deleteRows(), guard: given }: Removal,
  deps: RemoveDeps
): Promise<FileRow[]> {
  const { db, provider, announce, log } = deps.commit;
  // A folder may hold any number of files. SQLite's queries are synchronous, so pauses let other requests run.
  const giveWay = pacer();
  const held: Array<{ id: number; key: string }> = [];
  // Files are held in ascending order of their ids, so that two requests cannot wait for each other's files.
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    await giveWay();
    held.push({ id, key: await attempt.hold(id) });
  }
  const guard =
    given ?? (deps.refusesUsed() ? await guardUsed(ids, { usage: deps.usage, db }) : UNGUARDED);
  const removed: FileRow[] = [];
  const deleteRows = async () => {
    removed.length = 0;
    await guard.refuseUsed();
    for (const { id, key } of held) {
      await giveWay();
      const row = await asOwnDeletion<FileRow | null>(id, () =>
        db.query(FILE_UID).delete({ where: { id } })
      );
      // Objects of another provider stay where they are, as with the built-in plugin.
      const ours = row?.provider === provider();
      await attempt.condemn(key, id, row && ours ? storedObjects(row) : []);
      if (row) {
        removed.push(row);
      }
    }
  };
  return transact(
    deps.commit,
    async () => {
      await around(deleteRows, guard.lockFiles);
      return removed;
    },
    {
      attempt,
      announce: () => inTurns(removed, (row) => announce('media.delete', row)),
      log,
    }
  );
}
