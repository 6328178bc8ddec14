import type { Difference } from '../difference';
import type { ParityCase, Request } from '../harness/case';

/** A project with its own code around uploads, and the requests for it. */
export interface ProjectWithCode {
  name: string;
  /**
   * The project's files: the key is the path, the value is the content. The project's extension returns the built-in
   * plugin, or replaces it by this plugin.
   */
  files(options: { builtin: boolean }): Record<string, string>;
  cases: ParityCase[];
  /** Paths at which the outcomes differ, and why. */
  differences?: Difference[];
}

/** A `src/extensions/upload/strapi-server.js` that loads the plugin and then runs the project's own code. */
export const extensionWith = (builtin: boolean, code: string): Record<string, string> => ({
  'src/extensions/upload/strapi-server.js': `
    const base = ${builtin ? '(plugin) => plugin' : "require('strapi-upload/extension')"};
    module.exports = (builtin) => {
      const plugin = base(builtin);
      ${code}
      return plugin;
    };`,
});

/** Marks a request with the piece of project code that it tests, so that one project can hold many pieces. */
export const habit = (name: string, request: Request): Request => ({
  ...request,
  headers: { ...request.headers, 'x-habit': name },
});

/** A difference: the built-in leaves files in the folder for temporary files, and this plugin does not. */
export const leftBehind = (...cases: string[]): Difference => ({
  cases,
  paths: ['temp'],
  reason: 'Nothing of a form stays behind, whatever the project has done with its files.',
});
