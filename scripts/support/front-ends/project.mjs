/** Makes the project of a front end as people do: writes its files, installs it and builds it. */

import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../processes.mjs';
import { startServer } from '../servers.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PACKAGE = 'strapi-upload';

/** Timeout of each kind of work, in ms. */
const PATIENCE = { pack: 60_000, install: 480_000, build: 300_000, start: 60_000 };

/** Switches that keep the frameworks from sending statistics. */
const SILENT = {
  NEXT_TELEMETRY_DISABLED: '1',
  NUXT_TELEMETRY_DISABLED: '1',
  ASTRO_TELEMETRY_DISABLED: '1',
};

/**
 * Packs this checkout as `npm publish` does.
 *
 * @param home folder for the tarball
 * @returns path of the tarball
 */
export async function pack(home) {
  const args = ['pack', '--json', '--pack-destination', home, '--loglevel=error'];
  const printed = await run('npm', args, { cwd: ROOT, patience: PATIENCE.pack });
  const [{ filename }] = Object.values(JSON.parse(printed));
  // A name without a version: package managers cache tarballs by their names.
  const tarball = path.join(home, `${path.basename(home)}.tgz`);
  await rename(path.join(home, filename), tarball);
  return tarball;
}

/** Writes the files of a project. The values of `files` are their contents, the keys their paths. */
export async function write(folder, { dependencies, files }, tarball) {
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { [PACKAGE]: `file:${tarball}`, ...dependencies },
  };
  const all = {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    // docs/front-end.md says this. Without it, npm would install Strapi and its admin panel.
    '.npmrc': 'legacy-peer-deps=true\n',
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
}

/** Installs the packages of a project from npm. Throws an error with the output if that fails. */
export const install = (folder) =>
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    patience: PATIENCE.install,
  });

/** Path of a command: `node`, or one that a package of the project provides. */
const bin = (folder, name) =>
  name === 'node' ? process.execPath : path.join(folder, 'node_modules/.bin', name);

/** Runs the build of a project. Throws an error with the output if that fails. */
export const build = (folder, [command, ...args]) =>
  run(bin(folder, command), args, {
    cwd: folder,
    env: { ...SILENT, NODE_ENV: 'production' },
    patience: PATIENCE.build,
  });

/**
 * Starts the production server of a project.
 *
 * @param start the server's command and its arguments, in which `PORT` stands for the port
 * @param env additional environment variables
 * @returns the server's address, and `stop`
 */
export function serve(folder, { start: [command, ...args], env, pages }) {
  const named = (port) => args.map((arg) => (arg === 'PORT' ? String(port) : arg));
  return startServer(bin(folder, command), named, {
    cwd: folder,
    env: { ...SILENT, ...env },
    patience: PATIENCE.start,
    path: pages[0].path,
  });
}
