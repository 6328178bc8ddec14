import { parseConfig } from '../../../server/src/config';
import type { Server } from '../../support/server';
import { linesOf } from '../support/lines';
import { readPage } from '../support/pages';
import { VARIABLES } from './project';

type Config = Record<string, unknown>;

/** Evaluates a complete `config/plugins.js` and returns the upload plugin's configuration in it. */
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

/** Names of all settings. They are the headings of the page that is generated from the schema. */
const settings = linesOf(readPage('docs/configuration.md').text)
  .filter(({ role, text }) => role === 'heading' && text.startsWith('### '))
  .map(({ heading }) => heading.replaceAll('`', ''));

/** Whether the project or the provider chooses the keys below this setting. */
const isFree = (path: string): boolean =>
  path === 'providerOptions' || !settings.some((name) => name.startsWith(`${path}.`));

/**
 * Names of the settings in a configuration that the settings page does not describe. The schema itself accepts unknown
 * keys, because other plugins may use them.
 */
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

/** Throws if a configuration has a wrong value, or a setting that does not exist. */
export function expectValid(code: string): void {
  const config = configurationIn(code);
  expect(unknownIn(config)).toEqual([]);
  expect(Object.keys(parseConfig(config))).toEqual(expect.arrayContaining(Object.keys(config)));
}

/**
 * Gives the configuration in a complete `config/plugins.js` to a running server, in place of the server's own
 * configuration. This works for settings that the plugin reads for each request.
 */
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
