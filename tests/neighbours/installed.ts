import manifest from '../../playground/package.json';
import type { ServerOptions } from '../support/server';

/** A project that has this plugin installed too: Strapi loads what package.json names. */
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
