import path from 'node:path';
import type { Core } from '@strapi/strapi';
import { FILE_UID } from '../config/constants';
import { lockRows } from '../database/lock-rows';
import { VARIANTS_FOLDER } from '../serving/variants';
import { signerOf } from '../signing/create-private-files';
import { isKey } from '../storage/local-url';
import { VariantBudget } from '../variants/budget';
import { Delivery } from '../variants/delivery';
import { FileChanges } from '../variants/file-changes';
import { VariantSignatures } from '../variants/signatures';
import { SlowFormats } from '../variants/slow-formats';
import { Sources } from '../variants/sources';
import { VariantFolder } from '../variants/variant-folder';
import { VariantTable } from '../variants/variant-table';
import { VariantUrls } from '../variants/variant-urls';
import { Variants } from '../variants/variants';
import type { ImageParts } from './images';
import type { LedgerParts } from './ledger';
import type { SettingsParts } from './settings';
import type { StorageParts } from './storage';

/** The parts that make variants of images. */
export interface VariantParts {
  delivery: Delivery;
  budget: VariantBudget;
  urls: VariantUrls;
  changes: FileChanges;
  /** Ends the background work. */
  close(): Promise<void>;
}

/** Absolute paths of the folders of stored files. */
export interface StoredFolders {
  uploads: string;
  /** Null if there are no private files. */
  privateFiles: string | null;
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
  { setting, atStart }: SettingsParts,
  { stored, journal, images, folders }: Below
): VariantParts {
  const { db, log } = strapi;
  const { uploads, privateFiles } = folders;
  const { transaction } = journal.transactions;
  const options = () => setting('transforms') || null;
  const now = () => Date.now();
  const table = new VariantTable({ db, now });
  const below = (folder: string) => path.join(folder, VARIANTS_FOLDER);
  const folder = new VariantFolder(
    { publicFiles: below(uploads), privateFiles: privateFiles && below(privateFiles) },
    stored.staging
  );
  const budget = new VariantBudget({
    table,
    folder,
    disk: uploads,
    options: () => options()?.cache ?? { maxBytes: 0 },
    now,
    log,
  });
  const sources = new Sources({
    db,
    pathOf({ key, isPrivate }) {
      const root = isPrivate ? privateFiles : uploads;
      return root !== null && isKey(key) ? path.join(root, key) : null;
    },
    limits: () => options() ?? { maxPixels: 0, maxBytes: 0 },
    now,
  });
  const signatures = new VariantSignatures(signerOf(strapi, atStart));
  const variants = new Variants({
    imageMaker: images.imageMaker,
    folder,
    table,
    budget,
    transaction,
    isCurrent: async (source) =>
      (await lockRows(FILE_UID, [source.fileId], db)) === 1 && sources.isUnchanged(source),
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
  });
  const changes = new FileChanges({ db, table, sources, budget });
  const close = async () => {
    await slowFormats.close();
    await budget.close();
  };
  return { delivery, budget, urls, changes, close };
}
