import { pathToFileURL } from 'node:url';
import { packageFolder, resolveFrom } from '../../util/packages';
import type { UploadProvider } from './interface';
import { withDefaults } from './with-defaults';

/** Which provider a project wants, and how. */
export interface ProviderConfig {
  /** Short name of `@strapi/provider-upload-<name>`, name of a package, or path of a file. */
  provider: string;
  providerOptions: Record<string, unknown>;
  actionOptions: Record<string, unknown>;
}

/** What a provider package exports. */
interface ProviderModule {
  init(options: Record<string, unknown>): object | Promise<object>;
}

/**
 * Loads the configured provider and makes it ready.
 *
 * @param folders where it is looked for, in this order; paths count from them too
 * @throws Error with a sentence on what to do: the package is missing, fails to load, or is no
 *   provider. What its `init` throws is thrown on.
 */
export async function loadProvider(
  { provider: name, providerOptions, actionOptions }: ProviderConfig,
  folders: readonly string[]
): Promise<UploadProvider> {
  const provider = await load(name, find(name, folders));
  return withDefaults(name, await provider.init(providerOptions), actionOptions);
}

/**
 * Where packages are looked for: in the project, and where the built-in plugin lies, which brings
 * the local provider along.
 *
 * @param project its folders, that of the compiled code first
 */
export function providerFolders(project: readonly string[]): string[] {
  const [root] = project;
  const strapi = root && packageFolder('@strapi/strapi', root);
  const builtin = strapi && packageFolder('@strapi/upload', strapi);
  return [...project, ...(builtin ? [builtin] : [])];
}

/** The built-in plugin takes names in any case, and turns them into lower case. */
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
    throw new Error(`"${name}" (${file}) is no upload provider: it exports no function "init".`);
  }
  return provider;
}

/** CommonJS is the default export of what `import` gives; compiled ES modules have one in that. */
function exportsOf(loaded: unknown): unknown[] {
  const first = (loaded as { default?: unknown }).default;
  const second = (first as { default?: unknown } | undefined)?.default;
  return [first, second, loaded];
}

const isProvider = (value: unknown): value is ProviderModule =>
  typeof (value as ProviderModule | undefined)?.init === 'function';
