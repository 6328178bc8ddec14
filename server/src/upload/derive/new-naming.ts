import { FILE_UID } from '../../config/constants';
import { privacy } from '../../storage/port';
import { baseName, objectHash, withRandom } from '../../types/file-name';
import type { Database } from '../../database/transactions';
import type { ImageManipulation } from '../../images/overrides/manipulation';
import type { Upload } from '../upload';
import type { Naming } from './derived-file';

export interface HashDeps {
  db: Database;
  /** The `generateFileName` of a project, if it has one; else null. */
  ownFileNames(): ImageManipulation['generateFileName'] | null;
}

/**
 * Returns the key, without extension, under which a new file is stored. A project's own `generateFileName` may
 * return the same key twice: a key in use gets a random suffix, so that no file is overwritten.
 *
 * @param taken keys of the other files of the same request
 */
async function newHash(
  { name, ext }: { name: string; ext: string },
  taken: readonly string[],
  { ownFileNames, db }: HashDeps
): Promise<string> {
  const generateFileName = ownFileNames();
  if (!generateFileName) {
    return objectHash(name, ext);
  }
  const hash = generateFileName(baseName(name, ext));
  const isTaken = taken.includes(hash) || (await db.query(FILE_UID).count({ where: { hash } })) > 0;
  return isTaken ? withRandom(hash) : hash;
}

/**
 * Gives a file an address of its own in storage.
 *
 * @param taken keys of the other files of the same request
 */
export async function newNaming(
  { info, file: { name: sent, ext, mime }, path, isPrivate }: Upload,
  taken: readonly string[],
  deps: HashDeps
): Promise<Naming> {
  const name = info.name || sent;
  const hash = await newHash({ name, ext }, taken, deps);
  const address = { name, hash, ext, mime, path, ...privacy(isPrivate) };
  return { address, info, fixed: {} };
}
