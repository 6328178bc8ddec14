import type { Core } from '@strapi/strapi';
import type { Caller } from '../access/caller';
import { dayCounts } from '../access/day-counts';
import { ownFiles } from '../access/own-files';
import type { Attempt } from '../attempt/attempt';
import { PARTS_KEY } from '../config/constants';
import type { BodyParser } from '../http/body-parser';
import type { CodeAround } from '../http/lists/code-around';
import { sweeperOf } from '../http/other-forms/temporary-files';
import { receiving } from '../http/receiving';
import type { Renderer } from '../images/render/renderer';
import { Caretaker } from '../ledger/caretaker';
import { recover } from '../ledger/recovery';
import { apiFolder } from '../library/api-folder';
import { fileQueries } from '../library/files';
import { entryLinks } from '../links/links';
import { RegenerationRecord } from '../regenerate/record';
import { Regeneration, regenerations } from '../regenerate/regeneration';
import { DeletedRows } from '../remove/deleted-rows';
import { UnownedObjects } from '../remove/unowned';
import type { IngestDeps } from '../upload/deps';
import { headStarts } from '../upload/derive/head-start';
import type { InspectionRules } from '../upload/inspect/inspect';
import type { ReceiveOptions } from '../upload/receive/receive-files';
import { receiveLimits } from '../upload/receive/receive-limits';
import type { Batch } from '../upload/refusals';
import { accessParts, type AccessParts } from './access';
import { imageParts } from './images';
import { ledgerParts, type LedgerParts } from './ledger';
import { libraryParts, type LibraryParts } from './library';
import { settingsParts, type SettingsParts } from './settings';
import { requestSignal, stepParts } from './steps';
import { storageParts, type StorageParts } from './storage';

type OfSettings = Pick<SettingsParts, 'config' | 'setting'>;
type OfStorage = Pick<
  StorageParts,
  'storage' | 'provider' | 'providerTimeouts' | 'privateFiles' | 'privacy'
>;
type OfLedger = Pick<LedgerParts, 'ledger' | 'workload'>;
type OfAccess = Pick<AccessParts, 'allowance' | 'dayCounts' | 'ownFiles' | 'sanitizer'>;

/** The plugin's parts, wired once in `register`; services and middlewares use what is here. */
export interface Parts extends OfSettings, OfStorage, OfLedger, LibraryParts, OfAccess {
  /** What one file may be; of a caller's, as far as its limits let it. */
  rules(caller?: Caller): InspectionRules;
  /** What becomes of the other files of a request in which some are refused. */
  batch(): Batch;
  /** What a request may hold: also the `formidable` options of the project's `strapi::body` count. */
  receiving(caller: Caller): Omit<ReceiveOptions, 'beforeFiles' | 'shape'>;
  renderer: Renderer;
  /** What one request puts into storage. */
  attempt(): Attempt;
  /** Recovery passes and signs of life. */
  caretaker: Caretaker;
  ingest: IngestDeps;
  /** Which requests a project's code may see the answer of. */
  codeAround: CodeAround;
  regeneration: Regeneration;
  /** Hears of file rows that queries past the plugin delete. */
  deletedRows: DeletedRows;
}

/** The parts that `register` made. */
export const partsOf = (strapi: Core.Strapi): Parts => strapi.get(PARTS_KEY) as Parts;

/** Puts the parts into Strapi's container: those that a room below asks for by themselves, too. */
export function putParts(strapi: Core.Strapi, parts: Parts): void {
  strapi.add(PARTS_KEY, parts);
  const { setting, allowance, batch, workload } = parts;
  const { receiving: optionsFor, attempt: newAttempt } = parts;
  receiving.put(strapi, { setting, optionsFor, allowance, batch, newAttempt, workload });
  ownFiles.put(strapi, parts.ownFiles);
  dayCounts.put(strapi, parts.dayCounts);
  fileQueries.put(strapi, parts.files);
  apiFolder.put(strapi, parts.apiFolder);
  entryLinks.put(strapi, parts.links);
  regenerations.put(strapi, parts.regeneration);
}

/** What is known of the HTTP server before the parts are built. */
interface Around {
  /** What the project's `strapi::body` is told, known once it is made. */
  bodyParser: BodyParser;
  codeAround: CodeAround;
}

/**
 * Builds everything the plugin is made of.
 *
 * @param privateFolder the folder of private files of the local disk; null where there are none
 * @throws Error when the configuration is wrong
 */
export function buildParts(
  strapi: Core.Strapi,
  { bodyParser, codeAround }: Around,
  privateFolder: string | null
): Parts {
  const settings = settingsParts(strapi);
  const { config, setting, store } = settings;
  const stored = storageParts(strapi, settings, privateFolder);
  const { storage, staging, providerName: provider } = stored;
  const journal = ledgerParts(strapi, settings, stored);
  const { ledger, newAttempt, recovery, workload } = journal;
  const images = imageParts(strapi, settings);
  const signal = requestSignal(strapi);
  const library = libraryParts(strapi, { ...settings, signal }, journal);
  const { files, models } = library;
  const access = accessParts(strapi, settings, { files, ledger });
  const { dayCounts: counts, rulesOf } = access;
  const built = { ...settings, ...stored, ...journal, ...images, ...library };
  const ingest = stepParts(strapi, { ...built, dayCounts: counts, requestSignal: signal });

  const sweepOtherForms = sweeperOf(() =>
    setting('otherForms') === 'tidy' ? bodyParser.temporaryFolder() : null
  );
  const { log } = strapi;
  return {
    config,
    setting,
    rules: (caller) => rulesOf(config(), caller),
    allowance: access.allowance,
    dayCounts: counts,
    batch: () => setting('batch'),
    receiving(caller) {
      // Checked once per request: this is on the way of each of them.
      const current = config();
      const formidable = bodyParser.options();
      const { maxFileSize = Infinity, minFileSize, hooks } = formidable;
      const sizeLimit = Math.min(current.sizeLimit, maxFileSize);
      const { batch } = current;
      return {
        limits: receiveLimits(formidable, current.minimumRate),
        hooks,
        leastSize: minFileSize,
        rules: rulesOf({ ...current, sizeLimit }, caller),
        batch,
        starter: (attempt: Attempt) => headStarts(attempt, ingest),
      };
    },
    sanitizer: access.sanitizer,
    renderer: images.renderer,
    storage,
    privateFiles: stored.privateFiles,
    privacy: stored.privacy,
    provider: stored.provider,
    providerTimeouts: stored.providerTimeouts,
    ledger,
    attempt: newAttempt,
    caretaker: new Caretaker({
      ledger,
      storage,
      lease: staging.lease,
      interval: () => setting('recovery').interval,
      async tidy() {
        await counts.forgetFormerDays();
        await sweepOtherForms();
      },
      recover: () => recover(recovery),
      log,
    }),
    workload,
    ingest,
    ...library,
    codeAround,
    ownFiles: access.ownFiles,
    regeneration: new Regeneration({
      remake: { ...ingest, newAttempt, storage, ledger },
      ledger,
      workload,
      models,
      record: new RegenerationRecord(store('regeneration'), store('regeneration-stop')),
      log,
    }),
    deletedRows: new DeletedRows({
      db: strapi.db,
      ledger,
      unowned: new UnownedObjects({ db: strapi.db, ledger, storage, provider, log }),
      provider,
      removesObjects: () => setting('delete').objectsOfDeletedRows,
      track: (work) => workload.track(work),
      log,
    }),
  };
}
