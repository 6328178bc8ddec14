import path from 'node:path';
import type { Core } from '@strapi/strapi';
import { threadsForImages } from '../images/render/admission';
import { VARIANTS_FOLDER } from '../serving/variants';
import { signerOf } from '../signing/create-private-files';
import { VariantBudget } from '../variants/budget';
import { EagerPresets } from '../variants/eager-presets';
import { Delivery } from '../variants/delivery';
import { FileChanges } from '../variants/file-changes';
import { FreeSpace } from '../variants/free-space';
import { OrphanRows } from '../variants/orphan-rows';
import { Orphans } from '../variants/orphans';
import { VariantSignatures } from '../variants/signatures';
import { SlowFormats } from '../variants/slow-formats';
import type { RemoteFiles } from '../variants/sources/remote-files';
import { VariantFolder } from '../variants/variant-folder';
import { VariantTable } from '../variants/variant-table';
import { VariantUrls } from '../variants/variant-urls';
import { Variants } from '../variants/variants';
import type { ImageParts } from './images';
import type { LedgerParts } from './ledger';
import type { SettingsParts } from './settings';
import type { StorageParts } from './storage';
import type { StoredFolders } from './stored-folders';
import { sourceParts } from './variant-sources';

/** The parts that make variants of images. */
export interface VariantParts {
  delivery: Delivery;
  budget: VariantBudget;
  urls: VariantUrls;
  changes: FileChanges;
  orphans: Orphans;
  eager: EagerPresets;
  remoteFiles: RemoteFiles;
  /** Ends the background work. */
  close(): Promise<void>;
}

/** The parts that variants use. */
interface Below {
  stored: StorageParts;
  journal: LedgerParts;
  images: ImageParts;
  folders: StoredFolders;
}

export function variantParts(
  strapi: Core.Strapi,
  settings: SettingsParts,
  { stored, journal, images, folders }: Below
): VariantParts {
  const { setting, atStart } = settings;
  const { db, log } = strapi;
  const { uploads, variantsOfPrivate } = folders;
  const { transaction } = journal.transactions;
  const options = () => setting('transforms') || null;
  const now = () => Date.now();
  const table = new VariantTable({ db, now });
  const below = (folder: string) => path.join(folder, VARIANTS_FOLDER);
  const folder = new VariantFolder(
    {
      publicFiles: below(uploads),
      privateFiles: below(variantsOfPrivate),
    },
    stored.staging
  );
  const orphans = new Orphans({ rows: new OrphanRows({ db, table }), folder, now });
  const budget = new VariantBudget({
    ...{ table, folder, orphans },
    space: {
      publicFiles: new FreeSpace(uploads, now),
      privateFiles: new FreeSpace(variantsOfPrivate, now),
    },
    options: () => options()?.cache ?? { maxBytes: 0 },
    now,
    log,
  });
  const { sources, rows, remote, remoteFiles, isCurrent } = sourceParts(strapi, settings, {
    ...{ stored, journal, folders },
    cache: { folder, table, budget },
  });
  const signatures = new VariantSignatures(signerOf(strapi, atStart));
  const variants = new Variants({
    imageMaker: images.imageMaker,
    folder,
    table,
    budget,
    transaction,
    isCurrent,
    pathOf: (source, signal) => sources.pathOf(source, signal),
    log,
  });
  const { imageMaker } = images;
  const slowFormats = new SlowFormats({
    make: (wanted) => variants.makePatiently(wanted),
    isIdle: () => imageMaker.isIdle,
    log,
  });
  const delivery = new Delivery({
    sources,
    remote,
    variants,
    signatures,
    slowFormats,
    options,
    encoder: () => setting('images'),
  });
  const urls = new VariantUrls({
    signatures,
    baseUrl: () => options()?.baseUrl,
    privateLife: () => setting('private').expiresIn,
    isClosed: (provider) =>
      remoteFiles.wasClosed && (provider == null || provider === stored.providerName()),
  });
  const changes = new FileChanges({ db, table, rows, budget });
  const eager = new EagerPresets(
    { db, delivery, presets: () => options()?.presets ?? {}, log },
    threadsForImages(process.env)
  );
  const close = async () => {
    await slowFormats.close();
    await budget.close();
  };
  return { delivery, budget, urls, changes, orphans, eager, remoteFiles, close };
}
