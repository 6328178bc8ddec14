import type { Core } from '@strapi/strapi';
import type { DayCounts } from '../access/day-counts';
import { Caretaker } from '../ledger/caretaker';
import { recover } from '../ledger/recovery';
import { RegenerationRecord } from '../regenerate/record';
import { Regeneration } from '../regenerate/regeneration';
import { DeletedRows } from '../remove/deleted-rows';
import { UnownedObjects } from '../remove/unowned';
import type { LedgerParts } from './ledger';
import type { LibraryParts } from './library';
import type { SettingsParts } from './settings';
import type { StepParts } from './steps';
import type { StorageParts } from './storage';
import type { VariantParts } from './variants';

/** The parts that work in the background. */
export interface BackgroundParts {
  /** Runs recovery and renews leases. */
  caretaker: Caretaker;
  regeneration: Regeneration;
  /** Notes rows of `files` that are deleted by queries without this plugin's services. */
  deletedRows: DeletedRows;
}

/** The parts that the parts of the background use. */
interface Below {
  settings: SettingsParts;
  stored: StorageParts;
  journal: LedgerParts;
  library: LibraryParts;
  steps: StepParts;
  variants: VariantParts;
  dayCounts: DayCounts;
}

/**
 * Creates the parts that work in the background.
 *
 * @param sweepOtherForms removes temporary files that dead processes have left from forms of other routes
 */
export function backgroundParts(
  strapi: Core.Strapi,
  { settings, stored, journal, library, steps, variants, dayCounts }: Below,
  sweepOtherForms: () => Promise<void>
): BackgroundParts {
  const { db, log } = strapi;
  const { setting, store } = settings;
  const { storage, providerName: provider, staging } = stored;
  const { ledger, workload, newAttempt, recovery } = journal;
  const { derive, commit, versionedUrls } = steps.store;
  return {
    caretaker: new Caretaker({
      ledger,
      storage,
      lease: staging.lease,
      interval: () => setting('recovery').interval,
      async tidy() {
        await dayCounts.forgetFormerDays();
        await sweepOtherForms();
        await variants.budget.tidy();
      },
      recover: () => recover(recovery),
      log,
    }),
    regeneration: new Regeneration({
      steps: { derive, commit, versionedUrls, newAttempt, storage, ledger },
      ledger,
      workload,
      models: library.models,
      record: new RegenerationRecord(store('regeneration'), store('regeneration-stop')),
      log,
    }),
    deletedRows: new DeletedRows({
      db,
      ledger,
      unowned: new UnownedObjects({ db, ledger, storage, provider, log }),
      provider,
      removesObjects: () => setting('delete').objectsOfDeletedRows,
      track: (work) => workload.track(work),
      log,
    }),
  };
}
