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

/** Where bytes are kept. */
export interface StorageParts {
  storage: Storage;
  /** What stages half-done files: the name and the lease of this process, and what is not on the disk yet. */
  staging: StagingOptions;
  /** The provider, as projects have wrapped it since; its calls end in time. */
  provider(): UploadProvider;
  providerName(): string;
  /** How long it may take, in ms. */
  providerTimeouts(): ProviderTimeouts;
  /** Null where the local disk has no private files. */
  privateFiles: PrivateFiles | null;
  /** Which files may become private. */
  privacy: PrivacyRules;
}

/** @param privateFolder the folder of private files of the local disk; null where there are none */
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
