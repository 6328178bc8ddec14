import { FILE_UID } from '../../config/constants';
import { baseName, objectHash, withRandom } from '../../types/file-name';
import type { Database } from '../../database/transactions';
import type { ImageManipulation } from '../../images/overrides/manipulation';

export interface HashDeps {
  db: Database;
  /** A project's own function that names what is stored. */
  ownFileNames(): ImageManipulation['generateFileName'] | null;
}

/**
 * Key without extension under which a new file is stored. A project's own `generateFileName` need
 * not give a new one each time: what is taken gets a random end, so that no file is written over.
 *
 * @param taken keys of the same request
 */
export async function newHash(
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
