import { errors } from '../util/strapi-utils';
import { refusalError, type Refusal } from '../errors';
import { takes } from './allowed-kinds';
import type { LinkTarget } from './target';

/** The properties of a file that decide whether an attribute accepts it. */
interface Candidate {
  name: string;
  mime: string;
}

/** Returns the reason why an attribute does not accept a file; null if it accepts the file. */
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
        message: `The file "${name}" (${mime}) cannot be linked to ${target.name}, which accepts only ${allowedTypes?.join(', ')}.`,
      };
}

/**
 * @throws errors.ValidationError for files that the attribute does not accept, each with its reason, and for several
 *   files in an attribute for a single file
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

/** @throws errors.ValidationError for several files in an attribute for a single file */
export function refuseMany(
  count: number,
  { multiple, name }: Pick<LinkTarget, 'multiple' | 'name'>
): void {
  if (count > 1 && !multiple) {
    throw new errors.ValidationError(
      `field: ${name} accepts only one file, but ${count} files were sent.`
    );
  }
}
