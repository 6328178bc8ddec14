import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Core } from '@strapi/strapi';
import { sanitize } from '../util/strapi-utils';
import type { Allowance } from '../access/allowance';
import { DayCounts, dayCounts } from '../access/day-counts';
import { limitsOf } from '../access/limits';
import { callerKey, callerOf, type Caller } from '../access/caller';
import { OwnFiles, ownFiles } from '../access/own-files';
import { isLocal, localOptions, type UploadConfig } from '../config';
import type { CodeAround } from '../http/lists/code-around';
import { Settings } from '../config/settings';
import { CONFIG_KEY, FILE_UID, PARTS_KEY } from '../config/constants';
import type { BodyParser } from '../http/body-parser';
import { pendingOf } from '../http/forms/pending';
import { Attempt } from '../attempt/attempt';
import { transactionsOf } from '../database/transactions';
import type { IngestDeps } from '../upload/deps';
import { Caretaker } from '../ledger/caretaker';
import { Ledger } from '../ledger/ledger';
import { MarkedFiles } from '../ledger/marked-files';
import { recover, recoverHold } from '../ledger/recovery';
import { UnownedObjects } from '../remove/unowned';
import type { InspectionRules } from '../upload/inspect/inspect';
import { scannerOf } from '../upload/inspect/scan-staged';
import type { ReceiveOptions } from '../upload/receive/receive-files';
import type { Batch } from '../upload/refusals';
import { receiveLimits } from '../upload/receive/receive-limits';
import { Admission, defaultMemoryBudget, threadsForPictures } from '../images/render/admission';
import type { ImageManipulation } from '../images/overrides/manipulation';
import { makesPictures, namesFiles } from '../images/overrides/overrides';
import { Pictures } from '../images/render/pictures';
import { Renderer } from '../images/render/renderer';
import type { ImageSettings } from '../images/plan/sizes';
import { headStarts } from '../upload/derive/head-start';
import { requestSignals } from '../upload/receive/request-signal';
import { Workload } from '../attempt/workload';
import { apiFolder, createApiFolder } from '../library/api-folder';
import type { FolderRow } from '../library/folder-tree';
import { Folders } from '../library/folders';
import { DeletedRows } from '../remove/deleted-rows';
import { createFileQueries, fileQueries, type FileQueries } from '../library/files';
import { receiving } from '../http/receiving';
import { RegenerationRecord } from '../regenerate/record';
import { Regeneration, regenerations } from '../regenerate/regeneration';
import { Usage } from '../usage/usage';
import type { UsageLookup } from '../usage/use';
import { attach } from '../links/attach';
import { entryLinks, Links } from '../links/links';
import type { LinkModel } from '../links/model';
import type { PrivacyRules } from '../upload/privacy';
import { sweeperOf } from '../http/other-forms/temporary-files';
import { createPrivateFiles } from '../signing/create-private-files';
import type { PrivateFiles } from '../signing/private-files';
import { SvgSanitizer } from '../svg/sanitizer';
import { createStorage } from '../storage/create-storage';
import { UnsyncedBytes } from '../storage/unsynced-bytes';
import type { Storage } from '../storage/port';
import type { UploadProvider } from '../storage/provider/interface';
import { timed, type ProviderTimeouts } from '../storage/provider/patience';
import { toKilobytes } from '../util/units';

/** The plugin's parts, wired once in `register`; services and middlewares use what is here. */
export interface Parts {
  /** Read anew each time: projects and tests change it while the server runs. */
  config(): UploadConfig;
  /** One key of it; where that is wrong now, what it was at the start. */
  setting: Settings['one'];
  /** What one file may be; of a caller's, as far as its limits let it. */
  rules(caller?: Caller): InspectionRules;
  /** What a caller may bring today, asked of the database; undefined where no limit applies. */
  allowance(caller: Caller): Promise<Allowance | undefined>;
  dayCounts: DayCounts;
  /** What becomes of the other files of a request in which some are refused. */
  batch(): Batch;
  /** What a request may hold: also the `formidable` options of the project's `strapi::body` count. */
  receiving(caller: Caller): Omit<ReceiveOptions, 'beforeFiles' | 'shape'>;
  sanitizer: SvgSanitizer;
  renderer: Renderer;
  storage: Storage;
  /** Null where the local disk has no private files. */
  privateFiles: PrivateFiles | null;
  /** Which files may become private. */
  privacy: PrivacyRules;
  /** The provider, as projects have wrapped it since; its calls end in time. */
  provider(): UploadProvider;
  /** How long it may take, in ms. */
  providerTimeouts(): ProviderTimeouts;
  ledger: Ledger;
  /** What one request puts into storage. */
  attempt(): Attempt;
  /** Recovery passes and signs of life. */
  caretaker: Caretaker;
  /** The requests that store or remove something now. */
  workload: Workload;
  ingest: IngestDeps;
  files: FileQueries;
  /** Which requests a project's code may see the answer of. */
  codeAround: CodeAround;
  /** Which files a caller may change. */
  ownFiles: OwnFiles;
  folders: Folders;
  apiFolder(): Promise<FolderRow>;
  links: Links;
  usage: Usage;
  regeneration: Regeneration;
  /** Hears of file rows that queries past the plugin delete. */
  deletedRows: DeletedRows;
  /** The project's content types and components. */
  models: UsageLookup;
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

/**
 * Builds everything the plugin is made of. The one place that knows every part.
 *
 * @param around `bodyParser`: what the project's `strapi::body` is told, known once it is made
 * @param privateFolder the folder of private files of the local disk; null where there are none
 * @throws Error when the configuration is wrong
 */
export function buildParts(
  strapi: Core.Strapi,
  around: { bodyParser: BodyParser; codeAround: CodeAround },
  privateFolder: string | null
): Parts {
  const { bodyParser, codeAround } = around;
  const settings = new Settings(() => strapi.config.get(CONFIG_KEY));
  const config = () => settings.all();
  const setting: Settings['one'] = (key) => settings.one(key);
  const atStart = config();
  const providerName = () => setting('provider');
  const providerTimeouts = () => setting('providerTimeout');
  const provider = () => timed(strapi.plugin('upload').provider, providerTimeouts);
  const lease = () => setting('recovery').lease;
  const instance = `${os.hostname().slice(0, 40)}-${process.pid}-${randomBytes(6).toString('hex')}`;
  const unsynced = new UnsyncedBytes();
  const durable = () => setting('durability') === 'strict';
  const staging = { instance, lease, durable, unsynced };
  const patient = { current: provider, timeouts: providerTimeouts };
  const storage = createStorage(strapi, atStart, { provider: patient, privateFolder, staging });
  const workload = new Workload();
  const { db } = strapi;
  const transactions = transactionsOf(db, () => unsynced.settled());
  const folders = new Folders(transactions);
  const ledger = new Ledger({ ...transactions, instance, lease, now: Date.now });
  const isSqlite = db.dialect.client === 'sqlite';
  const marked =
    isSqlite && storage.markers ? new MarkedFiles(storage.markers, ledger, providerName) : null;
  const counts = new DayCounts({ db, now: () => Date.now() });
  const store = (key: string) => strapi.store({ type: 'plugin', name: 'upload', key });
  const apiFolderStore = store('api-folder');

  const memoryBudget = defaultMemoryBudget();
  const threads = threadsForPictures(process.env);
  const renderer = new Renderer(threads);
  const images = (): ImageManipulation => strapi.plugin('upload').service('image-manipulation');

  const models: UsageLookup = {
    db,
    getModel: (uid) => strapi.getModel(uid as typeof FILE_UID) as LinkModel | undefined,
    models: () =>
      [strapi.contentTypes, strapi.components].flatMap(
        (models) => Object.values(models) as LinkModel[]
      ),
  };
  const usage = new Usage(models);

  const ingest: IngestDeps = {
    ...transactions,
    provider: providerName,
    async checkFileSize({ name, ext, mime, object }) {
      const size = { size: toKilobytes(object.size), sizeInBytes: object.size };
      const service = strapi.plugin('upload').service('provider');
      await service.checkFileSize({ name, ext, mime, ...size });
    },
    count: (files) => counts.count(files),
    versionedUrls: () => setting('replace').url === 'versioned',
    async pictureWishes() {
      const settings = ((await store('settings').get({})) ?? {}) as Partial<ImageSettings>;
      const {
        sizeOptimization = false,
        responsiveDimensions = false,
        autoOrientation = false,
      } = settings;
      const { breakpoints, images } = config();
      return {
        settings: { sizeOptimization, responsiveDimensions, autoOrientation },
        breakpoints,
        images: { ...images, placeholder: atStart.images.placeholder },
      };
    },
    pictures: new Pictures({
      renderer,
      admission: new Admission({
        memoryBudget: () => setting('images').memoryBudget ?? memoryBudget,
        maxWait: () => setting('images').maxWait,
        threads,
      }),
      maxPixels: () => setting('images').maxPixels,
      log: strapi.log,
    }),
    requestSignal: requestSignals(
      strapi,
      (ctx) => ctx.state.route?.info?.pluginName === 'upload' || pendingOf(ctx)?.isStored === false
    ),
    // The column is there or not from the start on.
    hasPlaceholders: atStart.images.placeholder,
    pictureOverrides: () => (makesPictures(images()) ? images() : null),
    ownFileNames: () => (namesFiles(images()) ? images().generateFileName : null),
    folderColumns: (id) => folders.columnsFor(id),
    usage,
    refusesUsed: () => setting('delete').refuseWhenUsed,
    attach: (files, target) => attach(files, target, strapi.db),
    async announce(event, file) {
      const failed = (error: unknown) =>
        strapi.log.error(`A listener to ${event} failed: ${String(error)}`);
      try {
        const getModel = (uid: string) => strapi.getModel(uid as typeof FILE_UID);
        const schema = getModel(FILE_UID);
        const media = await sanitize.sanitizers.defaultSanitizeOutput(
          { schema, getModel },
          file as Parameters<typeof sanitize.sanitizers.defaultSanitizeOutput>[1]
        );
        // Not waited for: a slow listener is not the client's to wait for (as with the built-in).
        void strapi.eventHub.emit(event, { media }).catch(failed);
      } catch (error) {
        failed(error);
      }
    },
    log: strapi.log,
  };

  const recovery = { storage, ledger, marked, provider: providerName, log: strapi.log };
  const newAttempt = () =>
    new Attempt({
      storage,
      ledger,
      marked,
      provider: providerName,
      owner() {
        const ctx = strapi.requestContext.get();
        return ctx ? callerKey(callerOf(ctx)) : null;
      },
      concurrency: () => setting('concurrentUploadSize'),
      mayWait: () => !strapi.db.inTransaction(),
      recoverHold: (fileId) => recoverHold(fileId, recovery),
      log: strapi.log,
    });

  const files = createFileQueries(strapi, {
    signal: ingest.requestSignal,
    limits: () => ({
      defaultLimit: Number(strapi.config.get('api.rest.defaultLimit', 25)),
      maxLimit: Number(strapi.config.get('api.rest.maxLimit')) || null,
      withCount: Boolean(strapi.config.get('api.rest.withCount', true)),
    }),
  });

  const sweepOtherForms = sweeperOf(() =>
    setting('otherForms') === 'tidy' ? bodyParser.temporaryFolder() : null
  );

  const sanitizer = new SvgSanitizer();
  const rulesOf = (
    { security, sizeLimit, limits }: UploadConfig,
    caller?: Caller
  ): InspectionRules => ({
    ...security,
    sizeLimit: caller ? Math.min(sizeLimit, limitsOf(caller, limits).bytesPerFile) : sizeLimit,
    sanitizer,
    scan: scannerOf(security, strapi.log),
  });

  return {
    config,
    setting,
    sanitizer,
    renderer,
    rules: (caller) => rulesOf(config(), caller),
    allowance: (caller) => counts.open(limitsOf(caller, setting('limits')).perDay),
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
    storage,
    privateFiles: privateFolder === null ? null : createPrivateFiles(strapi, atStart),
    privacy: {
      provider: providerName,
      byDefault: isLocal(atStart) && localOptions(atStart).private,
      perFile: atStart.allowPrivate,
    },
    provider,
    providerTimeouts,
    ledger,
    attempt: newAttempt,
    caretaker: new Caretaker({
      ledger,
      storage,
      lease,
      interval: () => setting('recovery').interval,
      async tidy() {
        await counts.forgetFormerDays();
        await sweepOtherForms();
      },
      recover: () => recover(recovery),
      log: strapi.log,
    }),
    workload,
    ingest,
    folders,
    files,
    codeAround,
    ownFiles: new OwnFiles({ rules: () => config().access.ownFilesOnly, files, ledger }),
    apiFolder: createApiFolder(db, folders, {
      get: async () => (await apiFolderStore.get({})) as { id: number } | null,
      set: async (value) => apiFolderStore.set({ value }),
    }),
    links: new Links(
      {
        ...models,
        defaultLocale: async () =>
          strapi.plugin('i18n')?.service('locales')?.getDefaultLocale() as Promise<string>,
      },
      () => config().links
    ),
    usage,
    regeneration: new Regeneration({
      remake: { ...ingest, newAttempt, storage, ledger },
      ledger,
      workload,
      models,
      record: new RegenerationRecord(store('regeneration'), store('regeneration-stop')),
      log: strapi.log,
    }),
    deletedRows: new DeletedRows({
      db,
      ledger,
      unowned: new UnownedObjects({ db, ledger, storage, provider: providerName, log: strapi.log }),
      provider: providerName,
      removesObjects: () => setting('delete').objectsOfDeletedRows,
      track: (work) => workload.track(work),
      log: strapi.log,
    }),
    models,
  };
}
