import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { currentTemplate } from './template/template';

const ROOT = path.resolve(__dirname, '../..');
const PLAYGROUND = path.join(ROOT, 'playground');

/** Projects live inside the repository, so that their modules are found as the playground's are. */
const HOME = path.join(ROOT, '.tmp', 'tests');

/** A Strapi project on disk: a copy of the playground with a database and uploads of its own. */
export interface Project {
  dir: string;
  /** Absolute path of `public/uploads`. */
  uploads: string;
  /** Absolute path of its own folder for temporary files. */
  temp: string;
  /** Whether it serves the admin panel. */
  adminPanel: boolean;
  remove(): Promise<void>;
}

export interface ProjectOptions {
  /** Contents by path, written over the copy: configuration, extensions, routes. */
  files?: Record<string, string> | undefined;
  /** Whether Strapi's built-in upload plugin serves it; ours is then not even a dependency. */
  builtin?: boolean | undefined;
  /** Whether it serves the playground's admin panel, which must have been built before. */
  adminPanel?: boolean | undefined;
}

/** Makes a project. */
export async function createProject({
  files,
  builtin,
  adminPanel = false,
}: ProjectOptions = {}): Promise<Project> {
  await mkdir(HOME, { recursive: true });
  const dir = await mkdtemp(path.join(HOME, 'project-'));
  for (const name of ['config', 'src', 'public', 'package.json', 'favicon.png']) {
    await cp(path.join(PLAYGROUND, name), path.join(dir, name), {
      recursive: true,
      filter: (source) => !source.startsWith(path.join(PLAYGROUND, 'public/uploads/')),
    });
  }
  // Strapi looks for installed plugins from the project's folder on.
  await symlink(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'), 'dir');
  if (adminPanel) {
    await symlink(path.join(PLAYGROUND, 'build'), path.join(dir, 'build'), 'dir');
  }
  if (builtin) {
    await switchToBuiltin(dir);
  } else {
    await copyDatabase(dir);
  }
  for (const [name, content] of Object.entries(files ?? {})) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
    await writeFile(path.join(dir, name), content);
  }
  const temp = path.join(dir, 'temp');
  await mkdir(temp);
  return {
    dir,
    temp,
    adminPanel,
    uploads: path.join(dir, 'public', 'uploads'),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Gives a project the database of a first start, where one is kept, so that its own start is a later one. */
async function copyDatabase(dir: string): Promise<void> {
  const template = currentTemplate();
  if (template) {
    await mkdir(path.join(dir, '.tmp'));
    await copyFile(template.database, path.join(dir, '.tmp/data.db'));
  }
}

const EXTENSION = 'src/extensions/upload/strapi-server.js';

/** Gives a project the built-in plugin back, as the README says: file and package away. */
export async function switchToBuiltin(dir: string): Promise<void> {
  await rm(path.join(dir, EXTENSION));
  await changeDependencies(dir, (dependencies) => delete dependencies['strapi-upload']);
}

/** Puts ours into a project's built-in plugin's place, as the README says: package and file. */
export async function switchToOurs(dir: string): Promise<void> {
  await mkdir(path.dirname(path.join(dir, EXTENSION)), { recursive: true });
  await cp(path.join(PLAYGROUND, EXTENSION), path.join(dir, EXTENSION));
  await changeDependencies(dir, (dependencies) => (dependencies['strapi-upload'] = '*'));
}

async function changeDependencies(
  dir: string,
  change: (dependencies: Record<string, string>) => unknown
): Promise<void> {
  const file = path.join(dir, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  change(manifest.dependencies);
  await writeFile(file, JSON.stringify(manifest));
}
