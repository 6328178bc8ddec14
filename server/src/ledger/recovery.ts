import { allOf } from '../util/parallel';
import type { Storage, StoredObject } from '../storage/port';
import type { Ledger } from './ledger';
import type { MarkedFiles } from './marked-files';
import type { LedgerRow } from './model';
import { carryOutRemoval, tryAgainLater } from './removal';

/** Rows looked at in one query; a pass goes on until none is left. */
const BATCH = 100;

/** After which time what a provider may have stored after all is removed once more, in ms. */
const ONCE_MORE = 60 * 60 * 1000;

export interface RecoveryDeps {
  ledger: Ledger;
  storage: Storage;
  marked: MarkedFiles | null;
  provider(): string;
  log: { info(message: string): void; warn(message: string): void };
}

/**
 * One recovery pass: what was staged by an instance that is no more is rolled back, what is being
 * removed is carried through. Several instances may run it at once: each row is claimed first.
 *
 * @returns how many rows were brought to an end or given a next try
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
 * Takes back at once what a process that is no more was doing to a file, for a request that is to change that file:
 * the next pass may be half a minute away.
 */
export async function recoverHold(fileId: number, deps: RecoveryDeps): Promise<void> {
  const row = await deps.ledger.abandoned.expiredHold(fileId);
  if (row && (await isClaimed(row, deps))) {
    await takeBack(row, deps);
  }
}

/** A row whose transaction does not end is left to the next pass: it must not keep the others waiting. */
async function isClaimed(row: LedgerRow, { ledger, log }: RecoveryDeps): Promise<boolean> {
  try {
    return await ledger.abandoned.claim(row);
  } catch (error) {
    log.warn(`upload: whether an upload was committed cannot be told yet: ${String(error)}`);
    return false;
  }
}

/** A storage that refuses must not keep the rows after this one waiting. */
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
  log.info(`An unfinished upload was taken back: ${objects[0]?.name ?? key}`);

/** New objects go; replaced ones come back. */
async function rollBack({ objects }: LedgerRow, storage: Storage): Promise<void> {
  await allOf(
    objects.map(({ keep, unsure: _unsure, ...object }) =>
      keep ? storage.restore(object, keep) : storage.remove({ url: '', ...object } as StoredObject)
    )
  );
  await storage.sync();
}
