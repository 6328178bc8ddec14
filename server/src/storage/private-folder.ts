import { mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ignoreMissing } from './disk';

interface PrivateFolder {
  /** Absolute paths. */
  folder: string;
  publicFolder: string;
  /** Whether it is made where it is not there. */
  wanted: boolean;
}

/**
 * The folder of private files, for nobody but this user.
 *
 * @returns null where the project has no private files, and never had
 * @throws Error when it lies in the public folder, which web servers and Strapi serve as it is
 */
export async function privateFolder(options: PrivateFolder): Promise<string | null> {
  const { folder, publicFolder, wanted } = options;
  refuseInside(folder, publicFolder);
  if (wanted) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } else if (!(await stat(folder).catch(ignoreMissing))?.isDirectory()) {
    return null;
  }
  // Again without symbolic links.
  refuseInside(await realpath(folder), await realpath(publicFolder));
  return folder;
}

function refuseInside(folder: string, publicFolder: string): void {
  const way = path.relative(publicFolder, folder);
  const isInside = way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
  if (isInside) {
    throw new Error(
      `The folder of private files (${folder}) lies in the public folder (${publicFolder}), where everybody can read it. ` +
        'Set providerOptions.privateDir to a folder outside of it.'
    );
  }
}
