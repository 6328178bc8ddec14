import { parseConfig } from '../../../server/src/config';
import type { Server } from '../../support/server';
import { linesOf } from '../support/lines';
import { readPage } from '../support/pages';
import { VARIABLES } from './project';

type Config = Record<string, unknown>;

/** The upload plugin's configuration in a whole `config/plugins.js`. */
function configurationIn(code: string): Config {
  const env = (name: string) => {
    if (!(name in VARIABLES)) {
      throw new Error(`The example asks for the variable ${name}.`);
    }
    return VARIABLES[name];
  };
  const module: { exports?: (tools: { env: typeof env }) => { upload: { config: Config } } } = {};
  new Function('module', code)(module);
  const { exports: plugins } = module;
  if (!plugins) {
    throw new Error('The example exports nothing.');
  }
  return plugins({ env }).upload.config;
}

/** All settings: the headings of the page that is made from the schema. */
const settings = linesOf(readPage('docs/configuration.md').text)
  .filter(({ role, text }) => role === 'heading' && text.startsWith('### '))
  .map(({ heading }) => heading.replaceAll('`', ''));

/** Keys that a project or a provider chooses. */
const isFree = (path: string): boolean =>
  path === 'providerOptions' || !settings.some((name) => name.startsWith(`${path}.`));

/** The settings that a configuration names and no page describes: the schema takes unknown keys, for other plugins. */
function unknownIn(config: Config, above = ''): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const path = above + key;
    if (settings.includes(path) && isFree(path)) {
      return [];
    }
    const isPart = settings.some((name) => name.startsWith(`${path}.`));
    return isPart ? unknownIn(value as Config, `${path}.`) : [path];
  });
}

/** Fails where a configuration is wrong, or names settings that do not exist. */
export function expectValid(code: string): void {
  const config = configurationIn(code);
  expect(unknownIn(config)).toEqual([]);
  expect(Object.keys(parseConfig(config))).toEqual(expect.arrayContaining(Object.keys(config)));
}

/** Gives a whole `config/plugins.js` to a server that runs, for what is read at each request. */
export async function configure(server: Server, code: string): Promise<void> {
  expectValid(code);
  await server.inside(
    (strapi, code, variables) => {
      const module: { exports?: (tools: object) => { upload: { config: object } } } = {};
      const { createRequire } = process.getBuiltinModule('node:module');
      const require = createRequire(`${process.cwd()}/config/plugins.js`);
      new Function('module', 'require', code)(module, require);
      const env = (name: keyof typeof variables) => variables[name];
      strapi.config.set('plugin::upload', module.exports?.({ env }).upload.config);
    },
    code,
    VARIABLES
  );
}
