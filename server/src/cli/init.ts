import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CliIo } from './io';

const PACKAGE = 'strapi-upload';
const MODULE = `${PACKAGE}/extension`;
const FOLDER = 'src/extensions/upload';

type Language = 'js' | 'ts';

interface ExtensionFile {
  /** Path of the file, relative to the project, with forward slashes. */
  file: string;
  content: string;
}

interface Project {
  language: Language;
  /** The list in package.json that has strapi-upload, if any. */
  listedIn: 'dependencies' | 'devDependencies' | undefined;
  extensions: ExtensionFile[];
}

const SWITCH_ON: Record<Language, string> = {
  js: `module.exports = require('${MODULE}');\n`,
  ts: `import extension from '${MODULE}';\n\nexport default extension;\n`,
};

// The parameter is `any`, since a project may change any part of a plugin and Strapi has no type for all of it.
// With `strict`, an untyped parameter would not compile.
const COMBINE: Record<Language, string[]> = {
  js: [
    `const upload = require('${MODULE}');`,
    '',
    'module.exports = (plugin) => {',
    '  plugin = upload(plugin);',
    '  /* your changes here */',
    '  return plugin;',
    '};',
  ],
  ts: [
    `import upload from '${MODULE}';`,
    '',
    'export default (plugin: any) => {',
    '  plugin = upload(plugin);',
    '  /* your changes here */',
    '  return plugin;',
    '};',
  ],
};

/** The properties of a value from JSON; no properties if the value is not an object. */
function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Returns the content of a text file, or undefined when the file does not exist. Throws on any other failure. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Parses package.json. Throws an error with a message for the user when it is not JSON. */
function parseManifest(text: string): Record<string, unknown> {
  try {
    return members(JSON.parse(text));
  } catch {
    throw new Error('package.json is not valid JSON.');
  }
}

/** Finds the existing extension files of the upload plugin, under each possible name. */
async function readExtensions(cwd: string): Promise<ExtensionFile[]> {
  const found: ExtensionFile[] = [];
  for (const ending of ['js', 'ts', 'mjs', 'cjs']) {
    const file = `${FOLDER}/strapi-server.${ending}`;
    const content = await readIfThere(path.join(cwd, file));
    if (content !== undefined) found.push({ file, content });
  }
  return found;
}

/**
 * Reads the facts about the project in `cwd` that `init` needs. When `cwd` is not the root of a Strapi 5 project,
 * throws an error with a message for the user.
 */
async function readProject(cwd: string): Promise<Project> {
  const missing = (what: string) =>
    new Error(`this folder is not a Strapi 5 project: ${what} Run the command in its root folder.`);

  const text = await readIfThere(path.join(cwd, 'package.json'));
  if (text === undefined) throw missing('it has no package.json.');
  const manifest = parseManifest(text);
  const dependencies = members(manifest.dependencies);
  const devDependencies = members(manifest.devDependencies);
  const strapi = dependencies['@strapi/strapi'] ?? devDependencies['@strapi/strapi'];
  if (strapi === undefined) throw missing('package.json does not depend on @strapi/strapi.');
  if (/^[\^~=v]*[1-4](\.|$)/.test(String(strapi))) {
    throw missing(`package.json requires @strapi/strapi "${String(strapi)}".`);
  }
  const src = await stat(path.join(cwd, 'src')).catch(() => undefined);
  if (!src?.isDirectory()) throw missing('it has no src folder.');

  const typescript = (await readIfThere(path.join(cwd, 'tsconfig.json'))) !== undefined;
  return {
    language: typescript ? 'ts' : 'js',
    listedIn:
      PACKAGE in dependencies
        ? 'dependencies'
        : PACKAGE in devDependencies
          ? 'devDependencies'
          : undefined,
    extensions: await readExtensions(cwd),
  };
}

/** The warning for a project whose dependencies lack strapi-upload; otherwise no lines. */
function dependencyWarning(listedIn: Project['listedIn']): string[] {
  if (listedIn === 'dependencies') return [];
  // npm keeps a package in the devDependencies unless this option is given.
  const option = listedIn === 'devDependencies' ? '--save-prod ' : '';
  return [
    `Warning: ${PACKAGE} is not in the dependencies of package.json. Strapi needs this entry to find`,
    `the plugin's part of the admin panel. Run: npm install ${option}${PACKAGE}`,
  ];
}

/** The warning for an extension file with a name that Strapi never loads; otherwise no lines. */
function nameWarning(file: string, language: Language): string[] {
  const loaded = language === 'ts' ? ['.js', '.ts'] : ['.js'];
  if (loaded.includes(path.extname(file))) return [];
  return [`Warning: Strapi does not load ${file}. Rename it to strapi-server.${language}.`];
}

/** The message for a project that already has its own extension file. */
function combination(file: string): string[] {
  const code = COMBINE[file.endsWith('.ts') ? 'ts' : 'js'];
  return [
    `${file} already exists, so nothing was changed.`,
    `To switch ${PACKAGE} on, call it first in that file and make your own changes after it:`,
    '',
    ...code.map((line) => (line === '' ? '' : `  ${line}`)),
    '',
  ];
}

/** The message after `file` was created. */
function success(file: string): string[] {
  return [
    `Created ${file}: ${PACKAGE} now replaces Strapi's built-in upload plugin.`,
    '',
    'Next steps:',
    '  npm run build    builds the admin panel again',
    '  npm run develop  starts the project',
    '',
    `To go back: delete ${file}, run npm uninstall ${PACKAGE}, then npm run build.`,
  ];
}

/**
 * `strapi-upload init`: writes the extension file that activates the plugin in the project in `io.cwd`. Never changes
 * an existing file. If that file uses strapi-upload, there is nothing to do (exit code 0). If not, the user is shown
 * how to combine the two (exit code 1).
 *
 * Throws an error with a message for the user when there are arguments or `io.cwd` is not a Strapi 5 project, and the
 * file system's error when the file cannot be written.
 */
export async function init(args: string[], io: CliIo): Promise<number> {
  if (args.length > 0) throw new Error(`it takes no arguments, but got "${args.join(' ')}".`);
  const project = await readProject(io.cwd);
  const warn = (lines: string[]) => lines.forEach((line) => io.err(line));

  const own = project.extensions.find(({ content }) => content.includes(MODULE));
  if (own) {
    io.out(`${own.file} already uses ${MODULE}, so nothing was changed.`);
    warn(nameWarning(own.file, project.language));
    warn(dependencyWarning(project.listedIn));
    return 0;
  }
  const [foreign] = project.extensions;
  if (foreign) {
    warn(combination(foreign.file));
    warn(nameWarning(foreign.file, project.language));
    warn(dependencyWarning(project.listedIn));
    return 1;
  }

  const file = `${FOLDER}/strapi-server.${project.language}`;
  await mkdir(path.join(io.cwd, FOLDER), { recursive: true });
  // `wx`: if another program has created the file meanwhile, writing fails and that file stays.
  await writeFile(path.join(io.cwd, file), SWITCH_ON[project.language], { flag: 'wx' });
  success(file).forEach((line) => io.out(line));
  warn(dependencyWarning(project.listedIn));
  return 0;
}
