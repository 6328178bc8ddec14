import manifest from '../../playground/package.json';
import type { ServerOptions } from '../support/server';

/** Options of a server whose project has another plugin, too. Strapi loads the plugins that package.json names. */
export const withInstalled = (plugin: string, options: ServerOptions = {}): ServerOptions => ({
  ...options,
  files: {
    'package.json': JSON.stringify({
      ...manifest,
      dependencies: { ...manifest.dependencies, [plugin]: '*' },
    }),
    ...options.files,
  },
});
