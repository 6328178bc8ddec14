import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Core } from '@strapi/strapi';
import { isLocal, localOptions } from '../config';
import { createPrivateFiles } from '../signing/create-private-files';
import type { PrivateFiles } from '../signing/private-files';
import { createStorage } from '../storage/create-storage';
import type { Storage } from '../storage/port';
import type { UploadProvider } from '../storage/provider/interface';
import { timed, type ProviderTimeouts } from '../storage/provider/patience';
import type { StagingOptions } from '../storage/staging-folder';
import { UnsyncedBytes } from '../storage/unsynced-bytes';
import type { PrivacyRules } from '../upload/privacy';
import type { SettingsParts } from './settings';

/** The parts that store bytes. */
export interface StorageParts {
  storage: Storage;
  /** Options of the staging: name and lease of this process, and the bytes that are not on the disk yet. */
  staging: StagingOptions;
  /** The provider, including wrappers that a project has added since the start. Its calls have a timeout. */
  provider(): UploadProvider;
  providerName(): string;
  /** Timeouts of the provider's calls, in ms. */
  providerTimeouts(): ProviderTimeouts;
  /** Access to the private files of the local disk; null if the local disk has no private files. */
  privateFiles: PrivateFiles | null;
  /** The configuration that decides which files are private. */
  privacy: PrivacyRules;
}

/**
 * Creates the parts that store bytes.
 *
 * @param privateFolder the folder of private files of the local disk; null if there are none
 */
export function storageParts(
  strapi: Core.Strapi,
  { setting, atStart }: SettingsParts,
  privateFolder: string | null
): StorageParts {
  const providerName = () => setting('provider');
  const providerTimeouts = () => setting('providerTimeout');
  const provider = () => timed(strapi.plugin('upload').provider, providerTimeouts);
  const staging: StagingOptions = {
    instance: `${os.hostname().slice(0, 40)}-${process.pid}-${randomBytes(6).toString('hex')}`,
    lease: () => setting('recovery').lease,
    durable: () => setting('durability') === 'strict',
    unsynced: new UnsyncedBytes(),
  };
  const patient = { current: provider, timeouts: providerTimeouts };
  return {
    storage: createStorage(strapi, atStart, { provider: patient, privateFolder, staging }),
    staging,
    provider,
    providerName,
    providerTimeouts,
    privateFiles: privateFolder === null ? null : createPrivateFiles(strapi, atStart),
    privacy: {
      provider: providerName,
      byDefault: isLocal(atStart) && localOptions(atStart).private,
      perFile: atStart.allowPrivate,
    },
  };
}
