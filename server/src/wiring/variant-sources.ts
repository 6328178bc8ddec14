import path from 'node:path';
import type { Core } from '@strapi/strapi';
import { FILE_UID } from '../config/constants';
import { lockRows } from '../database/lock-rows';
import { projectFetch } from '../fetch/project-fetch';
import type { Image } from '../images/header/probe';
import { isKey } from '../storage/local-url';
import type { VariantBudget } from '../variants/budget';
import { OriginalCopies, type RemoteRow } from '../variants/sources/original-copies';
import { Originals } from '../variants/sources/originals';
import { RemoteAccess } from '../variants/sources/remote-access';
import { RemoteFiles } from '../variants/sources/remote-files';
import { SourceRows, type ObjectKey } from '../variants/sources/source-rows';
import { isUsableImage, Sources, type Source } from '../variants/sources/sources';
import type { VariantFolder } from '../variants/variant-folder';
import type { VariantTable } from '../variants/variant-table';
import type { LedgerParts } from './ledger';
import type { SettingsParts } from './settings';
import type { StorageParts } from './storage';
import type { StoredFolders } from './stored-folders';

/** The parts that find the images from which variants are made. */
export interface SourceParts {
  sources: Sources;
  rows: SourceRows;
  remote: RemoteAccess;
  remoteFiles: RemoteFiles;
  /** Whether a file still exists with the bytes of a source. Locks its row until the transaction ends. */
  isCurrent(source: Source): Promise<boolean>;
}

/** The parts that sources use. */
interface Below {
  stored: StorageParts;
  journal: LedgerParts;
  folders: StoredFolders;
  cache: { folder: VariantFolder; table: VariantTable; budget: VariantBudget };
}

export function sourceParts(
  strapi: Core.Strapi,
  { setting }: SettingsParts,
  { stored, journal, folders, cache }: Below
): SourceParts {
  const { db, log } = strapi;
  const limits = () => setting('transforms') || { maxPixels: 0, maxBytes: 0 };
  const maxBytes = () => limits().maxBytes;
  const isUsable = (image: Image | null): image is Image =>
    isUsableImage(image, limits().maxPixels);
  const pathOf = ({ key, isPrivate }: ObjectKey) => {
    const root = isPrivate ? folders.privateFiles : folders.uploads;
    return root !== null && isKey(key) ? path.join(root, key) : null;
  };
  const isThere = async (id: number) => (await lockRows(FILE_UID, [id], db)) === 1;
  const rows = new SourceRows({ db, now: () => Date.now() });
  const remoteFiles = new RemoteFiles({
    provider: stored.provider,
    providerName: stored.providerName,
    fetch: (url, init) => projectFetch(strapi).fetch(url, init),
    log,
  });
  const isSameRow = async ({ fileId, remote }: RemoteRow) => {
    const key = `${remote.hash}${remote.ext}`;
    const isLocked = await isThere(fileId);
    const now = isLocked ? await rows.now({ key, isPrivate: false }) : null;
    return now?.fileId === fileId && now.remote?.version === remote.version;
  };
  const copies = new OriginalCopies({
    ...cache,
    transaction: journal.transactions.transaction,
    isCurrent: isSameRow,
  });
  const originals = new Originals({ files: remoteFiles, copies, maxBytes, isUsable, log });
  const sources = new Sources({ rows, originals, pathOf, maxBytes, isUsable });
  return {
    sources,
    rows,
    remote: new RemoteAccess({ rows, files: remoteFiles, pathOf }),
    remoteFiles,
    isCurrent: async (source) =>
      (await isThere(source.fileId)) && (await sources.isUnchanged(source)),
  };
}
