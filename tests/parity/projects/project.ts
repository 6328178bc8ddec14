import type { Difference } from '../difference';
import type { ParityCase, Request } from '../harness/case';

/** A project with code of its own around uploads, and what is sent to it. */
export interface ProjectWithCode {
  name: string;
  /** Its files, by path; the built-in's extension hands the plugin on, ours puts this plugin in its place. */
  files(options: { builtin: boolean }): Record<string, string>;
  cases: ParityCase[];
  /** Where what comes out is not the same, and why. */
  differences?: Difference[];
}

/** The line of `src/extensions/upload/strapi-server.js` that a project's own code stands beside. */
export const extensionWith = (builtin: boolean, code: string): Record<string, string> => ({
  'src/extensions/upload/strapi-server.js': `
    const base = ${builtin ? '(plugin) => plugin' : "require('strapi-upload/extension')"};
    module.exports = (builtin) => {
      const plugin = base(builtin);
      ${code}
      return plugin;
    };`,
});

/** Says which of a project's habits a request is for, so that one project has many. */
export const habit = (name: string, request: Request): Request => ({
  ...request,
  headers: { ...request.headers, 'x-habit': name },
});

/** What the built-in leaves in the folder for temporary files, and ours does not. */
export const leftBehind = (...cases: string[]): Difference => ({
  cases,
  paths: ['temp'],
  reason: 'Nothing of a form stays behind, whatever the project has done with its files.',
});
