import type { BodyParser } from '../http/body-parser';
import type { Receiving } from '../http/receiving';
import type { DeriveDeps } from '../upload/derive/derive';
import { headStarts } from '../upload/derive/head-start';
import { receiveLimits } from '../upload/receive/receive-limits';
import type { AccessParts } from './access';
import type { LedgerParts } from './ledger';
import type { SettingsParts } from './settings';

/** The parts that are needed to read forms. */
interface Below {
  settings: SettingsParts;
  journal: LedgerParts;
  access: AccessParts;
  derive: DeriveDeps;
}

/**
 * Creates the part that other code needs to read forms.
 *
 * @param bodyParser returns the options of the project's `strapi::body` after Strapi has created it
 */
export function receivingPart(
  bodyParser: BodyParser,
  { settings, journal, access, derive }: Below
): Receiving {
  const { config, setting } = settings;
  return {
    setting,
    optionsFor(caller) {
      // The configuration is read and checked only once here, since this code runs for each request.
      const current = config();
      const formidable = bodyParser.options();
      const { maxFileSize = Infinity, minFileSize, hooks } = formidable;
      const sizeLimit = Math.min(current.sizeLimit, maxFileSize);
      return {
        limits: receiveLimits(formidable, current.minimumRate),
        hooks,
        leastSize: minFileSize,
        rules: access.rulesOf({ ...current, sizeLimit }, caller),
        allowance: () => access.allowance(caller),
        batch: current.batch,
        starter: (attempt) => headStarts(attempt, derive),
      };
    },
    batch: () => setting('batch'),
    newAttempt: journal.newAttempt,
    workload: journal.workload,
  };
}
