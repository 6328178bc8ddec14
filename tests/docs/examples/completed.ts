import type { Block } from '../support/blocks';

/** A setting alone, as a page shows it, inside of a project's `config/plugins.js`. */
const setting = (code: string): string =>
  `module.exports = () => ({ upload: { config: {\n${code}\n} } });`;

/** What an example leaves out, since each project has its own: by the block's name. */
const COMPLETED: Record<string, (code: string) => string> = {
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

/** The names of blocks that something is added to. */
export const completedNames = Object.keys(COMPLETED);

/** The code of an example as a whole module. */
export const completed = ({ name, code }: Block): string => COMPLETED[name]?.(code) ?? code;

/** Whether a whole module is one of ECMAScript, and not of CommonJS. */
export const isEsModule = (code: string): boolean => /^(?:import|export) /m.test(code);
