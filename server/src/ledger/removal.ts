import type { Storage, StoredObject } from '../storage/port';
import type { Ledger } from './ledger';
import type { LedgerRow } from './model';

interface RemovalDeps {
  storage: Storage;
  ledger: Ledger;
  log: { warn(message: string): void };
}

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60 * 60 * 1000;

/**
 * Removes the objects of a `removing` row and deletes the row. If the storage refuses, the removal is tried
 * again later, after pauses that double from one second to one hour.
 *
 * @returns whether the objects are gone
 */
export async function carryOutRemoval(row: LedgerRow, deps: RemovalDeps): Promise<boolean> {
  const { storage, ledger } = deps;
  const results = await Promise.allSettled(
    row.objects.map((object) => storage.remove({ url: '', ...object } as StoredObject))
  );
  const refused = results.find((result) => result.status === 'rejected');
  if (!refused) {
    await ledger.close(row.key);
    return true;
  }
  await tryAgainLater(row, refused.reason, deps);
  return false;
}

/** Leaves a row to a later recovery pass after the storage has refused. */
export async function tryAgainLater(
  row: LedgerRow,
  reason: unknown,
  { ledger, log }: Pick<RemovalDeps, 'ledger' | 'log'>
): Promise<void> {
  const pause = Math.min(FIRST_PAUSE * 2 ** row.tries, LONGEST_PAUSE);
  const names = row.objects.map(({ hash, ext }) => `"${hash}${ext}"`).join(', ');
  log.warn(
    `upload: the stored objects ${names} could not be removed. The next try is in ${pause / 1000} seconds: ${reason}`
  );
  await ledger.abandoned.postpone(row, pause);
}
