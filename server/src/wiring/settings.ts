import type { Core } from '@strapi/strapi';
import type { UploadConfig } from '../config';
import { CONFIG_KEY } from '../config/constants';
import { Settings } from '../config/settings';

/** The configuration, and the settings that the plugin stores in the database. */
export interface SettingsParts {
  /** The current configuration. Read each time, since projects and tests change it while the server runs. */
  config(): UploadConfig;
  /** Returns one key of the configuration. If the current value is not valid, returns the value at the start. */
  setting: Settings['one'];
  /** The configuration at the start of the server, for values that cannot change later. */
  atStart: UploadConfig;
  /** Returns an entry of the plugin's store. */
  store(key: string): ReturnType<Core.Strapi['store']>;
}

/**
 * Creates the parts that hold the configuration and the settings.
 *
 * @throws Error when the configuration is wrong
 */
export function settingsParts(strapi: Core.Strapi): SettingsParts {
  const settings = new Settings(() => strapi.config.get(CONFIG_KEY));
  return {
    config: () => settings.all(),
    setting: (key) => settings.one(key),
    atStart: settings.all(),
    store: (key) => strapi.store({ type: 'plugin', name: 'upload', key }),
  };
}
