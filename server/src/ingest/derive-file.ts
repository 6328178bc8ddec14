import type { PlanContext } from '../images/plan';
import type { Attempt } from './attempt';
import type { IngestDeps } from './deps';
import { derive } from './derive';
import { deriveThrough, type Naming } from './derive-through';
import { formatAddress, type AddressedFile, type StagedFile } from './upload';

/**
 * Derives what is stored of a file and says where each object goes: by our own steps, or through
 * the functions that a project has put in their place.
 *
 * @throws RefusedFile for a broken picture; whatever a project's functions throw
 */
export async function deriveFile(
  file: StagedFile,
  naming: Naming,
  context: PlanContext,
  attempt: Attempt,
  deps: IngestDeps
): Promise<AddressedFile> {
  const service = deps.pictureOverrides();
  if (service) {
    const through = await deriveThrough(service, file, naming, attempt);
    return deps.hasPlaceholders ? { ...through, placeholder: null } : through;
  }
  const derived = await derive(file, context, deps, attempt);
  const { address } = naming;
  const formats = derived.formats?.map(({ kind, ...format }) => ({
    ...format,
    address: formatAddress(address, { key: format.key, kind }),
  }));
  const { object, width, height } = derived;
  const placeholder = deps.hasPlaceholders ? derived.placeholder : undefined;
  return { object, address, width, height, placeholder, formats: formats ?? null };
}
