import type { Block } from '../support/blocks';

/** Puts a single setting, as a page of the documentation shows it, into a complete `config/plugins.js`. */
const setting = (code: string): string =>
  `module.exports = () => ({ upload: { config: {\n${code}\n} } });`;

/**
 * Functions that add the code that an example leaves out, since this code differs in each project. The keys are names
 * of blocks.
 */
const COMPLETED: Record<string, (code: string) => string> = {
  // Nuxt declares this function for its configuration.
  'docs/front-end.md, Nuxt, js': (code) => `const defineNuxtConfig = (config) => config;\n${code}`,
  'docs/images.md, Settings, js': setting,
  'docs/limits-and-ownership.md, How much callers may upload, js': setting,
  'docs/limits-and-ownership.md, Callers who may change only their own files, js': setting,
  'docs/links-and-entries.md, Send an entry and its files in one request, js': (code) =>
    `const [cover, first, second, image] = ['cover', 'first', 'second', 'image'].map(
      (name) => new File([\`\${name} of a restaurant\`], \`\${name}.txt\`)
    );
    ${code}
export const answer = { status: response.status, body: await response.json() };`,
  'docs/security.md, Your own check of each file, js': (code) =>
    `/** @param {import('node:stream').Readable} stream */
    async function looksBad(stream) {
      const { text } = require('node:stream/consumers');
      return (await text(stream)).includes('bad');
    }
    ${setting(code)}`,
};

/** Names of the blocks to which code is added. */
export const completedNames = Object.keys(COMPLETED);

/** The code of an example as a complete module. */
export const completed = ({ name, code }: Block): string => COMPLETED[name]?.(code) ?? code;

/** Whether a complete module is an ECMAScript module. Otherwise it is a CommonJS module. */
export const isEsModule = (code: string): boolean => /^(?:import|export) /m.test(code);
