import type { Core } from '@strapi/strapi';
import type { DayCounts } from '../access/day-counts';
import { pendingOf } from '../http/forms/pending';
import { attach } from '../links/attach';
import { announcer } from '../upload/announce/announce';
import type { IngestDeps } from '../upload/deps';
import { requestSignals } from '../upload/receive/request-signal';
import { toKilobytes } from '../util/units';
import type { ImageParts } from './images';
import type { LedgerParts } from './ledger';
import type { LibraryParts } from './library';
import type { SettingsParts } from './settings';
import type { StorageParts } from './storage';

/** The parts that the steps of a file are made of. */
interface StepParts
  extends
    Pick<SettingsParts, 'setting' | 'atStart'>,
    Pick<StorageParts, 'providerName'>,
    Pick<LedgerParts, 'transactions'>,
    Omit<ImageParts, 'renderer'>,
    Pick<LibraryParts, 'folders' | 'usage'> {
  dayCounts: DayCounts;
  requestSignal(): AbortSignal | undefined;
}

/** The signal of the request that runs, where it is one of ours whose files are not stored yet. */
export const requestSignal = (strapi: Core.Strapi): (() => AbortSignal | undefined) =>
  requestSignals(
    strapi,
    (ctx) => ctx.state.route?.info?.pluginName === 'upload' || pendingOf(ctx)?.isStored === false
  );

export function stepParts(strapi: Core.Strapi, parts: StepParts): IngestDeps {
  const { setting, atStart, dayCounts, folders, usage } = parts;
  return {
    ...parts.transactions,
    provider: parts.providerName,
    async checkFileSize({ name, ext, mime, object }) {
      const size = { size: toKilobytes(object.size), sizeInBytes: object.size };
      const service = strapi.plugin('upload').service('provider');
      await service.checkFileSize({ name, ext, mime, ...size });
    },
    count: (files) => dayCounts.count(files),
    versionedUrls: () => setting('replace').url === 'versioned',
    pictureWishes: parts.pictureWishes,
    pictures: parts.pictures,
    requestSignal: parts.requestSignal,
    // The column is there or not from the start on.
    hasPlaceholders: atStart.images.placeholder,
    pictureOverrides: parts.pictureOverrides,
    ownFileNames: parts.ownFileNames,
    folderColumns: (id) => folders.columnsFor(id),
    usage,
    refusesUsed: () => setting('delete').refuseWhenUsed,
    attach: (files, target) => attach(files, target, strapi.db),
    announce: announcer(strapi),
    log: strapi.log,
  };
}
