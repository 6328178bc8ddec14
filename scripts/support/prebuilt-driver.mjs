/** Reuses this checkout's database driver for newly installed projects, since compiling it takes minutes. */

import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './processes.mjs';

/**
 * Makes installations that this process starts use the compiled driver, as if it were the prebuilt driver from its
 * vendor (`local-prebuilds` of prebuild-install).
 *
 * @param driver folder of the installed package
 * @param home folder for the archive
 */
export async function offerDriver(driver, home) {
  const { name, version } = JSON.parse(await readFile(path.join(driver, 'package.json'), 'utf8'));
  const { platform, arch, versions } = process;
  const folder = path.join(home, 'prebuilds');
  const archive = `${name}-v${version}-node-v${versions.modules}-${platform}-${arch}.tar.gz`;
  await mkdir(folder);
  await run('tar', ['-czf', path.join(folder, archive), 'build/Release/better_sqlite3.node'], {
    cwd: driver,
    patience: 60_000,
  });
  process.env.npm_config_better_sqlite3_local_prebuilds = folder;
  delete process.env.npm_config_build_from_source;
}
