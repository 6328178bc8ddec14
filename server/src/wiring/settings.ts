import type { Core } from '@strapi/strapi';
import type { UploadConfig } from '../config';
import { CONFIG_KEY } from '../config/constants';
import { Settings } from '../config/settings';

/** The configuration, and what the plugin keeps in the database. */
export interface SettingsParts {
  /** Read anew each time: projects and tests change it while the server runs. */
  config(): UploadConfig;
  /** One key of it; where that is wrong now, what it was at the start. */
  setting: Settings['one'];
  /** As it is when the server starts: for what cannot change after that. */
  atStart: UploadConfig;
  /** An entry of the plugin's store. */
  store(key: string): ReturnType<Core.Strapi['store']>;
}

/** @throws Error when the configuration is wrong */
export function settingsParts(strapi: Core.Strapi): SettingsParts {
  const settings = new Settings(() => strapi.config.get(CONFIG_KEY));
  return {
    config: () => settings.all(),
    setting: (key) => settings.one(key),
    atStart: settings.all(),
    store: (key) => strapi.store({ type: 'plugin', name: 'upload', key }),
  };
}
