import type { Core } from '@strapi/strapi';
import { FILE_UID } from '../config/constants';
import { createApiFolder } from '../library/api-folder';
import { createFileQueries, type FileQueries } from '../library/files';
import type { FolderRow } from '../library/folder-tree';
import { Folders } from '../library/folders';
import { Links } from '../links/links';
import type { LinkModel } from '../links/model';
import { Usage } from '../usage/usage';
import type { UsageLookup } from '../usage/use';
import type { LedgerParts } from './ledger';
import type { SettingsParts } from './settings';

/** Rows of files and folders, and the entries that use files. */
export interface LibraryParts {
  files: FileQueries;
  folders: Folders;
  apiFolder(): Promise<FolderRow>;
  links: Links;
  usage: Usage;
  /** The project's content types and components. */
  models: UsageLookup;
}

/**
 * Creates the parts for files and folders in the database.
 *
 * @param signal returns a signal that is aborted when the client of the current request disconnects
 */
export function libraryParts(
  strapi: Core.Strapi,
  { config, store, signal }: SettingsParts & { signal(): AbortSignal | undefined },
  { transactions }: LedgerParts
): LibraryParts {
  const { db } = strapi;
  const folders = new Folders(transactions);
  const apiFolderStore = store('api-folder');
  const models: UsageLookup = {
    db,
    getModel: (uid) => strapi.getModel(uid as typeof FILE_UID) as LinkModel | undefined,
    models: () =>
      [strapi.contentTypes, strapi.components].flatMap(
        (models) => Object.values(models) as LinkModel[]
      ),
  };
  return {
    files: createFileQueries(strapi, {
      signal,
      limits: () => ({
        defaultLimit: Number(strapi.config.get('api.rest.defaultLimit', 25)),
        maxLimit: Number(strapi.config.get('api.rest.maxLimit')) || null,
        withCount: Boolean(strapi.config.get('api.rest.withCount', true)),
      }),
    }),
    folders,
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
    usage: new Usage(models),
    models,
  };
}
