import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { compiledPlayground, copyPlayground, PLAYGROUND } from './compiled-playground';
import { currentTemplate } from './template/template';

const ROOT = path.resolve(__dirname, '../..');

/**
 * Folder of the projects. It is inside the repository, so that Node.js finds the projects' modules like the
 * playground's.
 */
const HOME = path.join(ROOT, '.tmp', 'tests');

/** A Strapi project on disk: a copy of the playground, compiled to JavaScript, with its own database and uploads. */
export interface Project {
  dir: string;
  /** Absolute path of `public/uploads`. */
  uploads: string;
  /** Absolute path of the project's own folder for temporary files. */
  temp: string;
  /** Whether the project serves the admin panel. */
  adminPanel: boolean;
  remove(): Promise<void>;
}

export interface ProjectOptions {
  /**
   * Files of the project: the key is the path, the value is the content, such as configuration, extensions and routes.
   * They replace files of the copied playground.
   */
  files?: Record<string, string> | undefined;
  /** Whether the project uses Strapi's built-in upload plugin. Then this plugin is not a dependency of the project. */
  builtin?: boolean | undefined;
  /** Whether the project serves the playground's admin panel, which must be built already. */
  adminPanel?: boolean | undefined;
}

/** Makes a project on the disk. The caller of this function removes it. */
export async function createProject({
  files,
  builtin,
  adminPanel = false,
}: ProjectOptions = {}): Promise<Project> {
  await mkdir(HOME, { recursive: true });
  const dir = await mkdtemp(path.join(HOME, 'project-'));
  await copyPlayground(dir);
  // Link the packages into the project, because Strapi resolves installed plugins from the project's folder.
  await symlink(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'), 'dir');
  if (adminPanel) {
    await symlink(path.join(PLAYGROUND, 'dist/build'), path.join(dir, 'build'), 'dir');
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

/**
 * Copies the template's database into the project if there is a template. The project's start is then not a slow first
 * start.
 */
async function copyDatabase(dir: string): Promise<void> {
  const template = currentTemplate();
  if (template) {
    await mkdir(path.join(dir, '.tmp'));
    await copyFile(template.database, path.join(dir, '.tmp/data.db'));
  }
}

const EXTENSION = 'src/extensions/upload/strapi-server.js';

/** Switches a project back to the built-in plugin as the README says: removes the file and the package. */
export async function switchToBuiltin(dir: string): Promise<void> {
  await rm(path.join(dir, EXTENSION));
  await changeDependencies(dir, (dependencies) => delete dependencies['strapi-upload']);
}

/** Switches a project to this plugin as the README says: adds the package and the file. */
export async function switchToOurs(dir: string): Promise<void> {
  await mkdir(path.dirname(path.join(dir, EXTENSION)), { recursive: true });
  await cp(path.join(compiledPlayground(), EXTENSION), path.join(dir, EXTENSION));
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
