/** Takes the code of front ends from the documentation, so that the projects try what the documentation says. */

import path from 'node:path';
import { loadTypeScript } from '../typescript.mjs';

const { readBlocks } = loadTypeScript(
  path.resolve(import.meta.dirname, '../../../tests/docs/support/blocks.ts')
);

const blocks = readBlocks();

/** Address of the Strapi server in the documentation. */
const ADDRESS = 'https://cms.example.com';

/**
 * Returns the code of an example in docs/front-end.md.
 *
 * @param name heading, language and number of the example, such as `Next.js, js 2`
 * @param strapi address of the server that replaces the documentation's
 * @throws Error if the page has no such example
 */
export function documented(name, strapi = ADDRESS) {
  const block = blocks.find((block) => block.name === `docs/front-end.md, ${name}`);
  if (!block) {
    throw new Error(`docs/front-end.md has no example "${name}".`);
  }
  return `${block.code.replaceAll(ADDRESS, strapi)}\n`;
}
