import type { Attempt } from '../attempt/attempt';
import { withPassingAttempt, type NewAttempt } from '../attempt/with-attempt';
import { FILE_UID } from '../config/constants';
import type { Database } from '../database/transactions';
import { isProcessed } from '../images/header/probe';
import type { Ledger } from '../ledger/ledger';
import type { LedgerObject } from '../ledger/model';
import { keyOf, type StagedObject, type Storage } from '../storage/port';
import type { FileRow } from '../types/rows';
import { addressOf, storedObjects } from '../storage/stored-objects';

/** A stored image: its row, and a staged copy of its bytes. */
export interface Source {
  row: FileRow;
  version: string;
  object: StagedObject;
  /** Whether the ledger confirms that these are the bytes that were stored. */
  isAsStored: boolean;
}

export interface SourceDeps {
  newAttempt: NewAttempt;
  db: Database;
  provider(): string;
  /** The storage, from which stored objects are read directly, without an attempt. */
  storage: Pick<Storage, 'open'>;
  ledger: Pick<Ledger, 'storedOf'>;
}

/**
 * Reads a row and the bytes that belong to it. While the file is held, no other change of it is half done. Bytes that
 * are already open do not change after the hold has ended.
 *
 * @param attempt stages the copy
 * @returns null for a file that no longer exists, or is not an image of this storage
 * @throws UnreadableObject; FileBusy; any error of the storage or the database
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

/**
 * Reads a file's row and its version. The version changes with everything that decides the sizes, and with the
 * sizes themselves. Call it while the file is held.
 */
export async function versionOf(id: number, { db, ledger }: Pick<SourceDeps, 'db' | 'ledger'>) {
  const known = await ledger.storedOf(id);
  const row: FileRow | null = await db.query(FILE_UID).findOne({ where: { id } });
  const { hash, ext, url, focalPoint, formats } = row ?? {};
  const version = JSON.stringify([known?.key, hash, ext, url, focalPoint, formats]);
  return { row, known, version };
}

/** Returns the original as an object for the ledger row, with the size and digest of the bytes that were read now. */
export function originalOf({ row, object }: Source): LedgerObject {
  const { size: sizeInBytes, sha256 } = object;
  return { ...addressOf(row), url: row.url, sizeInBytes, sha256 };
}
