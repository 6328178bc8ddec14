import { errors } from '../util/strapi-utils';
import { refusalError, type Refusal } from '../errors';
import { takes } from './allowed-kinds';
import type { LinkTarget } from './target';

/** A file as far as an attribute asks. */
interface Candidate {
  name: string;
  mime: string;
}

/** Why an attribute does not take a file; null where it does. */
export function refusalOf(
  { name, mime }: Candidate,
  target: Pick<LinkTarget, 'allowedTypes' | 'name'>
): Refusal | null {
  const { allowedTypes } = target;
  return takes(allowedTypes, mime)
    ? null
    : {
        file: name,
        code: 'TYPE_NOT_ALLOWED',
        message: `"${name}" (${mime}) cannot be linked to ${target.name}, which takes ${allowedTypes?.join(', ')}.`,
      };
}

/**
 * @throws errors.ValidationError for files that the attribute does not take, each with its reason,
 *   and for several files where there is place for one
 */
export function refuseFiles(
  files: readonly Candidate[],
  target: Pick<LinkTarget, 'multiple' | 'allowedTypes' | 'name'>
): void {
  refuseMany(files.length, target);
  const refusals = files.flatMap((file) => refusalOf(file, target) ?? []);
  if (refusals.length > 0) {
    throw refusalError(refusals);
  }
}

/** @throws errors.ValidationError for several files where there is place for one */
export function refuseMany(
  count: number,
  { multiple, name }: Pick<LinkTarget, 'multiple' | 'name'>
): void {
  if (count > 1 && !multiple) {
    throw new errors.ValidationError(`field: ${name} holds one file, and ${count} were sent.`);
  }
}
