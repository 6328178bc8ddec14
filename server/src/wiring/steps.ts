import type { Core } from '@strapi/strapi';
import type { DayCounts } from '../access/day-counts';
import { pendingOf } from '../http/forms/pending';
import { attach } from '../links/attach';
import type { RemoveDeps } from '../remove/remove';
import type { ReplaceDeps } from '../replace/replace';
import { announcer } from '../upload/announce/announce';
import type { CommitDeps } from '../upload/commit/commit';
import type { CreateDeps } from '../upload/commit/create';
import type { DeriveDeps } from '../upload/derive/derive';
import { requestSignals } from '../upload/receive/request-signal';
import { toKilobytes } from '../util/units';
import type { ImageParts } from './images';
import type { LedgerParts } from './ledger';
import type { LibraryParts } from './library';
import type { SettingsParts } from './settings';
import type { StorageParts } from './storage';
import type { VariantParts } from './variants';

/** Dependencies of the steps that store, change and remove files. */
export interface StepParts {
  /** Dependencies of the steps for new files, and for files that are replaced or changed. */
  store: CreateDeps & ReplaceDeps;
  remove: RemoveDeps;
}

/** The parts that the steps use. */
interface Below {
  settings: SettingsParts;
  stored: StorageParts;
  journal: LedgerParts;
  images: ImageParts;
  library: LibraryParts;
  variants: VariantParts;
  dayCounts: DayCounts;
  /** Returns a signal that is aborted when the client of the current request disconnects. */
  requestSignal(): AbortSignal | undefined;
}

/**
 * Returns the signal of the current request, if it is a request to this plugin, or has a form whose files are not
 * stored yet.
 */
export const requestSignal = (strapi: Core.Strapi): (() => AbortSignal | undefined) =>
  requestSignals(
    strapi,
    (ctx) => ctx.state.route?.info?.pluginName === 'upload' || pendingOf(ctx)?.isStored === false
  );

export function stepParts(strapi: Core.Strapi, below: Below): StepParts {
  const { settings, stored, journal, library, variants, dayCounts } = below;
  const announce = announcer(strapi);
  const { setting } = settings;
  const commit: CommitDeps = {
    db: journal.transactions.db,
    transaction: journal.transactions.transaction,
    provider: stored.providerName,
    count: (files) => dayCounts.count(files),
    async announce(event, file) {
      await announce(event, file);
      if (event !== 'media.delete') {
        await variants.eager.makeFor(file);
      }
    },
    log: strapi.log,
  };
  const { ownFileNames } = below.images;
  return {
    store: {
      hash: { db: commit.db, ownFileNames },
      derive: deriveDeps(strapi, below),
      commit,
      async checkFileSize({ name, ext, mime, object }) {
        const size = { size: toKilobytes(object.size), sizeInBytes: object.size };
        const service = strapi.plugin('upload').service('provider');
        await service.checkFileSize({ name, ext, mime, ...size });
      },
      folderColumns: (id) => library.folders.columnsFor(id),
      attach: (files, target) => attach(files, target, strapi.db),
      versionedUrls: () => setting('replace').url === 'versioned',
    },
    remove: {
      commit,
      usage: library.usage,
      refusesUsed: () => setting('delete').refuseWhenUsed,
    },
  };
}

const deriveDeps = (
  strapi: Core.Strapi,
  { settings, images, requestSignal: signal }: Below
): DeriveDeps => ({
  imageOptions: images.imageOptions,
  imageMaker: images.imageMaker,
  imageOverrides: images.imageOverrides,
  requestSignal: signal,
  // The value at the start counts: from the start of the server on, the column exists or does not exist.
  hasPlaceholders: settings.atStart.images.placeholder,
  log: strapi.log,
});
