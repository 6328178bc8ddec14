import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { Core } from '@strapi/strapi';
import { isLocal, localOptions, type UploadConfig } from '../config';
import { projectFetch } from '../fetch/project-fetch';
import { LocalStorage } from './local';
import { LocalStorages } from './local-storages';
import { UPLOADS } from './local-url';
import type { Storage } from './port';
import type { Fetch } from './provider/fetch-from';
import type { PatientProvider } from './provider/patience';
import { SpoolFolder } from './spool-folder';
import type { StagingOptions } from './staging-folder';
import { StrapiProviderStorage } from './strapi-provider';

/** The dependencies of a storage, for the local disk and for other providers. */
export interface StorageDeps {
  provider: PatientProvider;
  /** Absolute path of the folder for private files; null if the local disk has no private files. */
  privateFolder: string | null;
  staging: StagingOptions;
}

/** Creates the storage for the configured provider: the local disk, or any other provider. */
export function createStorage(
  strapi: Core.Strapi,
  config: UploadConfig,
  { provider, privateFolder, staging }: StorageDeps
): Storage {
  if (isLocal(config)) {
    const open = new LocalStorage(path.join(strapi.dirs.static.public, UPLOADS), staging);
    if (privateFolder === null) {
      return open;
    }
    const closed = new LocalStorage(privateFolder, staging, true);
    return new LocalStorages(open, closed, localOptions(config).private ? closed : open);
  }
  // Each user and project has its own folder, so that the next process finds the files that a dead process left there.
  const project = createHash('sha256').update(strapi.dirs.app.root).digest('hex').slice(0, 12);
  const folder = path.join(os.tmpdir(), `strapi-upload-${process.getuid?.() ?? 0}-${project}`);
  const spool = new SpoolFolder(folder, staging, strapi.log);
  const fetch: Fetch = (url, init) => projectFetch(strapi).fetch(url, init);
  return new StrapiProviderStorage(provider, spool, fetch);
}
