import { pathToFileURL } from 'node:url';
import { packageFolder, resolveFrom } from '../../util/packages';
import type { UploadProvider } from './interface';
import { withDefaults } from './with-defaults';

/** Which provider a project uses, and its options. */
export interface ProviderConfig {
  /** The provider: the short name in `@strapi/provider-upload-<name>`, the name of a package, or the path of a file. */
  provider: string;
  providerOptions: Record<string, unknown>;
  actionOptions: Record<string, unknown>;
}

/** Exports of a provider package. */
interface ProviderModule {
  init(options: Record<string, unknown>): object | Promise<object>;
}

/**
 * Loads and initialises the configured provider.
 *
 * @param folders where to look for the package, in this order; relative paths also start there
 * @throws Error with a sentence on what to do, if the package is missing, fails to load, or is no provider. Errors of
 *   the provider's `init` are passed on.
 */
export async function loadProvider(
  { provider: name, providerOptions, actionOptions }: ProviderConfig,
  folders: readonly string[]
): Promise<UploadProvider> {
  const provider = await load(name, find(name, folders));
  return withDefaults(name, await provider.init(providerOptions), actionOptions);
}

/**
 * Returns the folders in which to look for packages: the folders of the project, and the folder of the built-in plugin,
 * which depends on the local provider.
 *
 * @param project folders of the project, that of the compiled code first
 */
export function providerFolders(project: readonly string[]): string[] {
  const [root] = project;
  const strapi = root && packageFolder('@strapi/strapi', root);
  const builtin = strapi && packageFolder('@strapi/upload', strapi);
  return [...project, ...(builtin ? [builtin] : [])];
}

/**
 * Returns the packages that a name may mean. As in the built-in plugin, names are accepted in any case and tried in
 * lower case.
 */
function candidates(name: string): string[] {
  const lower = name.toLowerCase();
  return [...new Set([`@strapi/provider-upload-${lower}`, name, lower])];
}

function find(name: string, folders: readonly string[]): string {
  for (const candidate of candidates(name)) {
    for (const folder of folders) {
      const file = resolveFrom(folder, candidate);
      if (file) {
        return file;
      }
    }
  }
  const [short] = candidates(name);
  throw new Error(
    `The upload provider "${name}" is not installed: there is neither a package "${short}" nor "${name}". ` +
      'Install it, or correct "provider" in the upload configuration of config/plugins.'
  );
}

async function load(name: string, file: string): Promise<ProviderModule> {
  let loaded: unknown;
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new Error(`The upload provider "${name}" (${file}) could not be loaded: ${cause}`, {
      cause,
    });
  }
  const provider = exportsOf(loaded).find(isProvider);
  if (!provider) {
    throw new Error(
      `"${name}" (${file}) is not an upload provider: it exports no function "init".`
    );
  }
  return provider;
}

/**
 * Returns the possible exports of a loaded module. `import` returns the exports of a CommonJS module as `default`. A
 * compiled ES module has another `default` inside that one.
 */
function exportsOf(loaded: unknown): unknown[] {
  const first = (loaded as { default?: unknown }).default;
  const second = (first as { default?: unknown } | undefined)?.default;
  return [first, second, loaded];
}

const isProvider = (value: unknown): value is ProviderModule =>
  typeof (value as ProviderModule | undefined)?.init === 'function';
