import { createRequire } from 'node:module';
import path from 'node:path';

/** Path of a module as seen from a folder; undefined when there is none. */
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

/** Folder of a package as seen from another folder; undefined when it is not installed. */
export function packageFolder(name: string, from: string): string | undefined {
  const file = resolveFrom(from, `${name}/package.json`);
  return file && path.dirname(file);
}
