import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ignoreMissing } from './disk';

interface PrivateFolder {
  /** Absolute paths of the private and the public folder. */
  folder: string;
  publicFolder: string;
  /** Whether to create the folder if it is missing. */
  wanted: boolean;
  log: { warn(message: string): void };
}

/**
 * Prepares the folder of private files, to which only this user has access.
 *
 * @returns null if the project has no private files and never had any
 * @throws Error if the folder lies in the public folder, which web servers and Strapi serve as it is
 */
export async function privateFolder(options: PrivateFolder): Promise<string | null> {
  const { folder, publicFolder, wanted } = options;
  refuseInside(folder, publicFolder);
  if (wanted) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } else if (!(await stat(folder).catch(ignoreMissing))?.isDirectory()) {
    return null;
  }
  // Checks again, with symbolic links resolved.
  refuseInside(await realpath(folder), await realpath(publicFolder));
  await closeToOthers(options);
  return folder;
}

/**
 * Takes access away from other users of the machine. A folder made by hand or unpacked from a backup may be open to
 * them.
 */
async function closeToOthers({ folder, log }: PrivateFolder): Promise<void> {
  const { mode } = await stat(folder);
  // Windows has no such modes, so nothing is changed there.
  if (process.platform === 'win32' || (mode & 0o077) === 0) {
    return;
  }
  try {
    await chmod(folder, 0o700);
  } catch (error) {
    log.warn(
      `upload: other users of this machine can open the folder of private files (${folder}), and its mode cannot be changed: ${String(error)}`
    );
  }
}

function refuseInside(folder: string, publicFolder: string): void {
  const way = path.relative(publicFolder, folder);
  const isInside = way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
  if (isInside) {
    throw new Error(
      `The folder of private files (${folder}) lies in the public folder (${publicFolder}), where everybody can read it. ` +
        'Set providerOptions.privateDir to a folder outside of the public folder.'
    );
  }
}
