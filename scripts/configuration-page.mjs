/**
 * Writes docs/configuration.md from the schema in server/src/config: `npm run docs:configuration`. With `--print`,
 * writes the page to the standard output instead of the file.
 */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { pageOf } from './support/configuration/page.mjs';
import { settingsOf } from './support/configuration/settings.mjs';
import { loadTypeScript } from './support/typescript.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const PAGE = path.join(ROOT, 'docs/configuration.md');
const TEMPLATE = path.join(import.meta.dirname, 'support/configuration/template.md');
const CONFIG = path.join(ROOT, 'server/src/config');

const { localOptions, parseConfig } = loadTypeScript(path.join(CONFIG, 'index.ts'));
const { fieldSchemas } = loadTypeScript(path.join(CONFIG, 'schema.ts'));
const { localOptionsSchema } = loadTypeScript(path.join(CONFIG, 'private.ts'));

const settings = [
  ...settingsOf(fieldSchemas),
  ...settingsOf(localOptionsSchema.shape, ['providerOptions']),
];
const config = parseConfig({});
const template = await readFile(TEMPLATE, 'utf8');
// `providerOptions` itself is empty by default. The defaults of its options come from the local provider.
const defaultsOf = ({ path: name }) =>
  name.startsWith('providerOptions.') ? { providerOptions: localOptions(config) } : config;
const page = await format(pageOf(template, settings, defaultsOf), {
  ...(await resolveConfig(PAGE)),
  filepath: PAGE,
});

if (process.argv.includes('--print')) {
  process.stdout.write(page);
} else {
  await writeFile(PAGE, page);
}
