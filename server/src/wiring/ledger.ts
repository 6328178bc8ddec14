import type { Core } from '@strapi/strapi';
import { callerKey, callerOf } from '../access/caller';
import { Attempt } from '../attempt/attempt';
import { holdFile } from '../attempt/hold';
import { Workload } from '../attempt/workload';
import { transactionsOf, type Transactions } from '../database/transactions';
import { Ledger } from '../ledger/ledger';
import { MarkedFiles } from '../ledger/marked-files';
import { recoverHold, type RecoveryDeps } from '../ledger/recovery';
import type { SettingsParts } from './settings';
import type { StorageParts } from './storage';

/** The parts that make changes of storage and database all or nothing. */
export interface LedgerParts {
  transactions: Transactions;
  ledger: Ledger;
  /** Dependencies of the recovery passes. */
  recovery: RecoveryDeps;
  /** Creates the attempt of a request. */
  newAttempt(): Attempt;
  /** The requests that are storing or removing files now. */
  workload: Workload;
}

export function ledgerParts(
  strapi: Core.Strapi,
  { setting }: SettingsParts,
  { storage, staging, providerName: provider }: StorageParts
): LedgerParts {
  const { db, log } = strapi;
  const { instance, lease, unsynced } = staging;
  const transactions = transactionsOf(db, () => unsynced.allWritten());
  const ledger = new Ledger({ ...transactions, instance, lease, now: Date.now });
  const isSqlite = db.dialect.client === 'sqlite';
  const marked =
    isSqlite && storage.markers ? new MarkedFiles(storage.markers, ledger, provider) : null;
  const recovery: RecoveryDeps = { storage, ledger, marked, provider, log };
  const creator = () => {
    const ctx = strapi.requestContext.get();
    return ctx ? callerKey(callerOf(ctx)) : null;
  };
  const holds = {
    ledger,
    provider,
    mayWait: () => !db.inTransaction(),
    recoverHold: (fileId: number) => recoverHold(fileId, recovery),
  };
  return {
    transactions,
    ledger,
    recovery,
    newAttempt: () =>
      new Attempt({
        storage,
        ledger,
        marked,
        provider,
        creator,
        concurrency: () => setting('concurrentUploadSize'),
        hold: (fileId) => holdFile(fileId, holds),
        log,
      }),
    workload: new Workload(),
  };
}
