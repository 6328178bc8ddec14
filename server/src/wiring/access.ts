import type { Core } from '@strapi/strapi';
import type { Allowance } from '../access/allowance';
import type { Caller } from '../access/caller';
import { DayCounts } from '../access/day-counts';
import { limitsOf } from '../access/limits';
import { OwnFiles } from '../access/own-files';
import type { UploadConfig } from '../config';
import { SvgSanitizer } from '../svg/sanitizer';
import type { InspectionRules } from '../upload/inspect/inspect';
import { scannerOf } from '../upload/inspect/scan-staged';
import type { LedgerParts } from './ledger';
import type { LibraryParts } from './library';
import type { SettingsParts } from './settings';

/** The parts that decide what callers may do and send. */
export interface AccessParts {
  dayCounts: DayCounts;
  /** Reads the daily limit of a caller from the database; undefined if no limit applies. */
  allowance(caller: Caller): Promise<Allowance | undefined>;
  /** Decides which files a caller may change. */
  ownFiles: OwnFiles;
  sanitizer: SvgSanitizer;
  /** The rules for a file of a caller, including the daily limit. Without a caller, no limits of a caller apply. */
  inspectionOf(caller?: Caller): Promise<InspectionRules>;
  /** The rules for a file by a configuration, and by the limits of the caller if one is given. */
  rulesOf(config: UploadConfig, caller?: Caller): InspectionRules;
}

export function accessParts(
  strapi: Core.Strapi,
  { config, setting }: SettingsParts,
  { files, ledger }: Pick<LibraryParts, 'files'> & Pick<LedgerParts, 'ledger'>
): AccessParts {
  const { db, log } = strapi;
  const dayCounts = new DayCounts({ db, now: () => Date.now() });
  const sanitizer = new SvgSanitizer();
  const allowance = (caller: Caller) => dayCounts.open(limitsOf(caller, setting('limits')).perDay);
  const rulesOf: AccessParts['rulesOf'] = ({ security, sizeLimit, limits }, caller) => ({
    ...security,
    sizeLimit: caller ? Math.min(sizeLimit, limitsOf(caller, limits).bytesPerFile) : sizeLimit,
    sanitizer,
    scan: scannerOf(security, log),
  });
  return {
    dayCounts,
    allowance,
    ownFiles: new OwnFiles({ rules: () => config().access.ownFilesOnly, files, ledger }),
    sanitizer,
    rulesOf,
    inspectionOf: async (caller) => ({
      ...rulesOf(config(), caller),
      allowance: caller && (await allowance(caller)),
    }),
  };
}
