import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** Longest duration of an installation, in ms. */
const PATIENCE = 300_000;

const run = promisify(execFile);

/**
 * Installs a package from npm outside of this project's packages, because it is not a dependency. The folder is kept
 * for later runs. No script of a package runs.
 *
 * @param overrides versions of packages that the package shall use, by their names
 * @returns the folder with `node_modules`
 * @throws the error of npm
 */
export async function npmFolder(name, version, overrides = {}) {
  const parts = [name, version, ...Object.entries(overrides).flat()];
  const folder = path.join(import.meta.dirname, '../.tmp/bench', parts.join('-'));
  const done = path.join(folder, 'installed');
  if (!existsSync(done)) {
    await mkdir(folder, { recursive: true });
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ private: true, overrides })
    );
    const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...options, `${name}@${version}`], {
      cwd: folder,
      timeout: PATIENCE,
    });
    await writeFile(done, '');
  }
  return folder;
}
