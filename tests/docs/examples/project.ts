import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ServerOptions } from '../../support/server';
import type { Block } from '../support/blocks';
import { ROOT } from '../support/pages';

export const SERVING = 'docs/serving.md, Serving files, js';
export const PRIVATE_FILES = 'docs/private-files.md, Private files, js';
export const EXTENSION = 'docs/extending.md, An extension of your own, js';
export const SIZES_OF_ATTRIBUTE = 'docs/images.md, Settings, json';
export const DELETE_WITH_ENTRY = 'docs/usage-and-deletion.md, Delete what is used no more, json';

/** Environment variables that the examples read. */
export const VARIABLES: Record<string, string> = {
  AWS_REGION: 'eu-central-1',
  AWS_BUCKET: 'a-bucket',
  JWT_SECRET: 'only-for-tests',
  UPLOAD_SECRET: 'only-for-tests-0123456789abcdefg',
  UPLOAD_SECRET_BEFORE: 'only-for-tests-gfedcba9876543210',
};

const SCHEMAS = {
  restaurant: 'src/api/restaurant/content-types/restaurant/schema.json',
  article: 'src/api/article/content-types/article/schema.json',
};

const SEO = {
  collectionName: 'components_shared_seos',
  info: { displayName: 'Seo' },
  options: {},
  attributes: { title: { type: 'string' }, image: { type: 'media', multiple: false } },
};

/**
 * The server's configuration: the settings of the pages about serving and about private files. The server reads them
 * only at its start. `providerOptions.private` is left out, because it would make the files of all examples private.
 */
const PLUGINS = `
const serving = require('../examples/serving');
const privateFiles = require('../examples/private-files');

module.exports = (tools) => {
  const { providerOptions, ...config } = privateFiles(tools).upload.config;
  return { upload: { config: { ...config, ...serving(tools).upload.config } } };
};
`;

/** Name of the file that contains an HTML example. Each example has its own file, so that it has its own address. */
export const pageFile = (blocks: Block[], { name }: Block): string => {
  const pages = blocks.filter(({ language }) => language === 'html');
  return `example-${pages.findIndex((page) => page.name === name)}.html`;
};

/** Options of a server for the playground, with the changes that the examples show. */
export function documentedProject(blocks: Block[]): ServerOptions {
  const codeOf = (name: string) => {
    const found = blocks.find((block) => block.name === name);
    if (!found) {
      throw new Error(`No page has the block "${name}".`);
    }
    return found.code;
  };
  const pages = blocks
    .filter(({ language }) => language === 'html')
    .map((block) => [`public/${pageFile(blocks, block)}`, block.code] as const);
  const seo = { type: 'component', component: 'shared.seo', repeatable: false };
  return {
    env: { ...VARIABLES, PLAYGROUND_SEED: 'true' },
    files: {
      ...Object.fromEntries(pages),
      'public/strapi-upload/client.mjs': builtModule('client/index.mjs'),
      'public/strapi-upload/upload.mjs': builtModule('client/upload/index.mjs'),
      'examples/serving.js': codeOf(SERVING),
      'examples/private-files.js': codeOf(PRIVATE_FILES),
      'config/plugins.js': PLUGINS,
      'src/extensions/upload/strapi-server.js': codeOf(EXTENSION),
      'src/components/shared/seo.json': JSON.stringify(SEO),
      [SCHEMAS.restaurant]: schemaWith(SCHEMAS.restaurant, {
        ...attributeOf(codeOf(DELETE_WITH_ENTRY)),
        seo,
      }),
      [SCHEMAS.article]: schemaWith(SCHEMAS.article, attributeOf(codeOf(SIZES_OF_ATTRIBUTE))),
    },
  };
}

/** A module of the built package, which sites without a bundler copy. */
const builtModule = (name: string): string => readFileSync(path.join(ROOT, 'dist', name), 'utf8');

/** Parses an example that shows only one attribute of a schema. */
const attributeOf = (code: string): Record<string, object> => JSON.parse(`{${code}}`);

function schemaWith(file: string, attributes: Record<string, object>): string {
  const schema = JSON.parse(readFileSync(path.join(ROOT, 'playground', file), 'utf8'));
  return JSON.stringify({ ...schema, attributes: { ...schema.attributes, ...attributes } });
}
