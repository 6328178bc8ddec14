import type { Attempt } from '../attempt/attempt';
import { withPassingAttempt, type NewAttempt } from '../attempt/with-attempt';
import { FILE_UID } from '../config/constants';
import type { Database } from '../database/transactions';
import { isProcessed } from '../images/header/probe';
import type { Ledger } from '../ledger/ledger';
import type { LedgerObject } from '../ledger/model';
import { keyOf, type StagedObject, type Storage } from '../storage/port';
import type { FileRow } from '../types/rows';
import { addressOf, storedObjects } from '../upload/commit/row';

/** An image as it was found: its row, its bytes in a copy of our own. */
export interface Source {
  row: FileRow;
  version: string;
  object: StagedObject;
  /** Whether the ledger knows that these are the bytes that were stored. */
  isAsStored: boolean;
}

export interface SourceDeps {
  newAttempt: NewAttempt;
  db: Database;
  provider(): string;
  /** What is stored already is read there, past any attempt. */
  storage: Pick<Storage, 'open'>;
  ledger: Pick<Ledger, 'storedOf'>;
}

/**
 * Row and bytes that belong together: while the file is held no other change of it is half done. The
 * bytes, once they are open, stay the same after that.
 *
 * @param attempt stages the copy
 * @returns null for a file that is gone, or is no image of this storage any more
 * @throws UnreadableObject; FileBusy; whatever storage and database throw
 */
export async function readSource(
  id: number,
  attempt: Attempt,
  deps: SourceDeps
): Promise<Source | null> {
  const opened = await withPassingAttempt(deps.newAttempt, async (reading) => {
    await reading.hold(id);
    const { row, version, known } = await versionOf(id, deps);
    if (!row || row.provider !== deps.provider() || !isProcessed(row.mime)) {
      return null;
    }
    const [original] = storedObjects(row);
    if (!original) {
      return null;
    }
    const noted = known?.objects.find((one) => keyOf(one) === keyOf(original));
    return { row, version, sha256: noted?.sha256, bytes: await deps.storage.open(original) };
  });
  if (!opened) {
    return null;
  }
  const { row, version, sha256, bytes } = opened;
  const object = await attempt.stage(bytes);
  return { row, version, object, isAsStored: sha256 === object.sha256 };
}

/** What decides what a file's sizes look like, and whether they have been changed; while it is held. */
export async function versionOf(id: number, { db, ledger }: Pick<SourceDeps, 'db' | 'ledger'>) {
  const known = await ledger.storedOf(id);
  const row: FileRow | null = await db.query(FILE_UID).findOne({ where: { id } });
  const { hash, ext, url, focalPoint, formats } = row ?? {};
  const version = JSON.stringify([known?.key, hash, ext, url, focalPoint, formats]);
  return { row, known, version };
}

/** The original as the ledger names it, with what is known of its bytes now. */
export function originalOf({ row, object }: Source): LedgerObject {
  const { size: sizeInBytes, sha256 } = object;
  return { ...addressOf(row), url: row.url, sizeInBytes, sha256 };
}
