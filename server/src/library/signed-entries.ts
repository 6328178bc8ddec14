import { signFiles, type SignableFile } from '../signing/signed-urls';
import { copyEntries, type EntryModel } from './copy-entries';

interface SigningDeps {
  getModel(uid: string): EntryModel | undefined;
  /** Returns a signed copy of a file. */
  sign(file: SignableFile): Promise<SignableFile>;
}

/**
 * Returns a copy of entries with signed files. The entries themselves do not change, so that code that already has
 * them, such as a lifecycle hook, does not store a signed URL.
 *
 * @param value one entry or several of the model `uid`, or another value in its place, such as null
 */
export async function signFilesIn(
  value: unknown,
  uid: string,
  { getModel, sign }: SigningDeps
): Promise<unknown> {
  const { copy, files } = copyEntries(value, uid, getModel);
  const signed = await signFiles(files, sign);
  files.forEach((file, index) => Object.assign(file, signed[index]));
  return copy;
}
