import { allOf } from '../../parallel';
import type { Storage, StoredObject } from '../../storage/port';
import type { Ledger } from './ledger';
import type { LedgerRow } from './model';
import { carryOutRemoval, tryAgainLater } from './removal';

/** Rows looked at in one query; a pass goes on until none is left. */
const BATCH = 100;

interface RecoveryDeps {
  ledger: Ledger;
  storage: Storage;
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
  const { ledger, storage, provider, log } = deps;
  let handled = 0;
  for (;;) {
    const rows = await ledger.expired(provider(), BATCH);
    for (const row of rows) {
      if (!(await ledger.claim(row))) {
        continue;
      }
      handled += 1;
      if (row.state === 'removing') {
        await carryOutRemoval(row, storage, ledger, log);
      } else {
        await takeBack(row, deps);
      }
    }
    if (rows.length < BATCH) {
      break;
    }
  }
  const kept = (await ledger.inState('staged')).flatMap(({ objects }) =>
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
  const row = await deps.ledger.expiredHold(fileId);
  if (row && (await deps.ledger.claim(row))) {
    await takeBack(row, deps);
  }
}

/** A storage that refuses must not keep the rows after this one waiting. */
async function takeBack(row: LedgerRow, { ledger, storage, log }: RecoveryDeps): Promise<void> {
  try {
    await rollBack(row, storage);
  } catch (error) {
    await tryAgainLater(row, error, ledger, log);
    return;
  }
  await ledger.close(row.key);
  log.info(`An unfinished upload was taken back: ${row.objects[0]?.name ?? row.key}`);
}

/** New objects go; replaced ones come back. */
async function rollBack({ objects }: LedgerRow, storage: Storage): Promise<void> {
  await allOf(
    objects.map(({ keep, ...object }) =>
      keep ? storage.restore(object, keep) : storage.remove({ url: '', ...object } as StoredObject)
    )
  );
  await storage.sync();
}
