import { allOf } from '../util/parallel';
import type { Storage, StoredObject } from '../storage/port';
import type { Ledger } from './ledger';
import type { MarkedFiles } from './marked-files';
import type { LedgerRow } from './model';
import { carryOutRemoval, tryAgainLater } from './removal';

/** Number of rows that are read by one query. A recovery pass continues until no row is left. */
const BATCH = 100;

/**
 * Time after which an object is removed once more, in ms. The object may be stored late, after a provider call that
 * timed out.
 */
const ONCE_MORE = 60 * 60 * 1000;

export interface RecoveryDeps {
  ledger: Ledger;
  storage: Storage;
  marked: MarkedFiles | null;
  provider(): string;
  log: { info(message: string): void; warn(message: string): void };
}

/**
 * Runs one recovery pass: rolls back the staged rows of dead processes, and carries out removals. Several processes
 * may run it at once, since each row is claimed first.
 *
 * @returns the number of rows that were completed or postponed
 */
export async function recover(deps: RecoveryDeps): Promise<number> {
  const { ledger, storage, marked, provider, log } = deps;
  const taken = (await marked?.takeOver()) ?? [];
  for (const row of taken) {
    if (await carryOutRemoval(row, deps)) {
      tellTakenBack(row, log);
    }
  }
  let handled = taken.length;
  for (;;) {
    const rows = await ledger.abandoned.expired(provider(), BATCH);
    const before = handled;
    for (const row of rows) {
      if (!(await isClaimed(row, deps))) {
        continue;
      }
      handled += 1;
      if (row.state === 'removing') {
        await carryOutRemoval(row, deps);
      } else {
        await takeBack(row, deps);
      }
    }
    if (rows.length < BATCH || handled === before) {
      break;
    }
  }
  const kept = (await ledger.abandoned.inState('staged')).flatMap(({ objects }) =>
    objects.flatMap(({ keep }) => (keep ? [keep] : []))
  );
  await storage.sweep?.(kept);
  return handled;
}

/**
 * Rolls back at once the unfinished change of a dead process on one file. Used by a request that wants to change
 * that file, since the next recovery pass may be half a minute away.
 */
export async function recoverHold(fileId: number, deps: RecoveryDeps): Promise<void> {
  const row = await deps.ledger.abandoned.expiredHold(fileId);
  if (row && (await isClaimed(row, deps))) {
    await takeBack(row, deps);
  }
}

/**
 * Claims a row. A row whose transaction does not end is left to the next pass, so that it does not delay other
 * rows.
 */
async function isClaimed(row: LedgerRow, { ledger, log }: RecoveryDeps): Promise<boolean> {
  try {
    return await ledger.abandoned.claim(row);
  } catch (error) {
    log.warn(`upload: recovery cannot tell yet whether an upload was committed: ${String(error)}`);
    return false;
  }
}

/** Rolls back a row. If the storage refuses, the rows after this one must not be delayed. */
async function takeBack(row: LedgerRow, deps: RecoveryDeps): Promise<void> {
  const { ledger, storage, log } = deps;
  try {
    await rollBack(row, storage);
  } catch (error) {
    await tryAgainLater(row, error, deps);
    return;
  }
  const unsure = row.objects
    .filter(({ unsure, keep }) => unsure && !keep)
    .map(({ unsure: _unsure, ...object }) => object);
  await (unsure.length > 0
    ? ledger.abandoned.removeLater(row.key, unsure, ONCE_MORE)
    : ledger.close(row.key));
  tellTakenBack(row, log);
}

const tellTakenBack = ({ objects, key }: LedgerRow, log: RecoveryDeps['log']): void =>
  log.info(`upload: recovery has rolled back an unfinished upload: "${objects[0]?.name ?? key}"`);

/** Removes new objects and restores objects that were replaced. */
async function rollBack({ objects }: LedgerRow, storage: Storage): Promise<void> {
  await allOf(
    objects.map(({ keep, unsure: _unsure, ...object }) =>
      keep ? storage.restore(object, keep) : storage.remove({ url: '', ...object } as StoredObject)
    )
  );
  await storage.sync();
}
