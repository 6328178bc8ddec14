import type { PlanContext } from '../../images/plan/plan';
import type { ObjectAddress } from '../../storage/port';
import { nextTurn } from '../../util/turns';
import type { Attempt } from '../../attempt/attempt';
import { Derivation, type AnewOptions, type DeriveDeps } from './derive';
import { deriveThrough, sizesThrough } from './derive-through';
import {
  formatAddress,
  type AddressedFile,
  type AddressedFormat,
  type NamedFile,
  type StagedFormat,
} from './derived-file';
import type { StartedFile } from './started-file';

/** A file to be derived: what it is, where it goes, and what else decides its sizes. */
export interface DerivableFile extends NamedFile {
  file: StartedFile;
  context: PlanContext;
}

/**
 * Derives what is stored of a file and says where each object goes: by our own steps, or through
 * the functions that a project has put in their place.
 *
 * @throws RefusedFile for a broken image; whatever a project's functions throw
 */
export async function deriveFile(
  { file, naming, context }: DerivableFile,
  attempt: Attempt,
  deps: DeriveDeps
): Promise<AddressedFile> {
  // Files that came at the same time are here at the same time: other requests have their turn between them.
  await nextTurn();
  const derivation = new Derivation(attempt, deps);
  const service = deps.imageOverrides();
  if (service) {
    const made = await deriveThrough({ file, naming }, service, attempt);
    const { mime } = made.address;
    const original = { name: file.name, mime, object: made.object };
    const through = { ...made, ...(await derivation.withoutMetadata(original, null)) };
    return deps.hasPlaceholders ? { ...through, placeholder: null } : through;
  }
  const derived = await derivation.derive(file, context);
  const { address } = naming;
  const { object, width, height, metadataKept } = derived;
  const placeholder = deps.hasPlaceholders ? derived.placeholder : undefined;
  const formats = derived.formats && addressed(derived.formats, address);
  return { object, address, width, height, placeholder, formats, metadataKept };
}

/** A file that is stored already, whose sizes are derived anew. */
export interface RederivableFile extends NamedFile {
  options: AnewOptions;
}

/**
 * Derives sizes anew of a file that is stored already and says where each goes, in the same two
 * ways; the original stays as it is.
 *
 * @throws RefusedFile for a broken image; NoRoom for one that is too large; the signal's reason;
 *   whatever a project's functions throw
 */
export async function deriveFormats(
  { file, naming, options }: RederivableFile,
  attempt: Attempt,
  deps: DeriveDeps
): Promise<Pick<AddressedFile, 'placeholder'> & { formats: AddressedFormat[] }> {
  const service = deps.imageOverrides();
  if (service) {
    const sizes = { file, naming, isWanted: options.size };
    return { formats: await sizesThrough(sizes, service, attempt) };
  }
  const { formats, placeholder } = await new Derivation(attempt, deps).deriveAnew(file, options);
  return {
    formats: addressed(formats, naming.address),
    placeholder: options.placeholder ? placeholder : undefined,
  };
}

const addressed = (formats: StagedFormat[], original: ObjectAddress): AddressedFormat[] =>
  formats.map(({ kind, ...format }) => ({
    ...format,
    address: formatAddress(original, { key: format.key, kind }),
  }));
