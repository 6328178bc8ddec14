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

/** A file to be derived, its address, and the context that decides its sizes. */
export interface DerivableFile extends NamedFile {
  file: StartedFile;
  context: PlanContext;
}

/**
 * Derives all objects of a file and gives each object its address. Uses the steps of this plugin, or the functions
 * of the service `image-manipulation` that a project has replaced.
 *
 * @throws RefusedFile for a broken image; any error of a project's functions
 */
export async function deriveFile(
  { file, naming, context }: DerivableFile,
  attempt: Attempt,
  deps: DeriveDeps
): Promise<AddressedFile> {
  // The files of one request arrive here together. Other requests get their turn of the event loop between them.
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

/** A stored file whose sizes are made again. */
export interface RederivableFile extends NamedFile {
  options: AnewOptions;
}

/**
 * Makes the sizes of a stored file again and gives each size its address. Uses the same steps or project's
 * functions as {@link deriveFile}. The original does not change.
 *
 * @throws RefusedFile for a broken image; NoRoom for an image that is too large; the signal's reason; any error of
 *   a project's functions
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
