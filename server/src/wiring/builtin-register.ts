import type { Core } from '@strapi/strapi';
import { CONFIG_KEY } from '../config/constants';

type Register = (context: { strapi: Core.Strapi }) => unknown;

/**
 * Runs the built-in plugin's `register`. That function would load and start the project's provider a second time
 * and put it in place of this plugin's one. So, while it runs, it sees a configuration with the local provider, and
 * the provider that it creates is discarded.
 */
export async function registerBuiltin(register: Register, strapi: Core.Strapi): Promise<void> {
  let running = true;
  const { config } = strapi;
  const get = (key: string, fallback?: unknown) =>
    running && key === CONFIG_KEY
      ? { ...config.get<object>(key), provider: 'local', providerOptions: {} }
      : config.get(key, fallback);
  const plugin: Core.Strapi['plugin'] = (name) =>
    running && name === 'upload' ? Object.create(strapi.plugin(name)) : strapi.plugin(name);
  const shown: Core.Strapi = Object.create(strapi, {
    config: { value: Object.assign(Object.create(config), { get }) },
    plugin: { value: plugin },
  });
  try {
    await register({ strapi: shown });
  } finally {
    running = false;
  }
}
