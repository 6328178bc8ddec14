/** The database driver of this checkout for projects that are installed anew: compiling it takes minutes. */

import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './processes.mjs';

/**
 * Lets installations that this process starts take the compiled driver, as a download of the driver's
 * makers would come (`local-prebuilds` of prebuild-install).
 *
 * @param driver folder of the installed package
 * @param home where the archive is put
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
