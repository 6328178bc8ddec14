import { createRequire } from 'node:module';
import path from 'node:path';

/** Path of a module as resolved from a folder; undefined if the module does not exist. */
export function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(path.join(folder, 'package.json')).resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}

/** Folder of a package as resolved from another folder; undefined if it is not installed. */
export function packageFolder(name: string, from: string): string | undefined {
  const file = resolveFrom(from, `${name}/package.json`);
  return file && path.dirname(file);
}
