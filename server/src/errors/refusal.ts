import { errors } from '../util/strapi-utils';

/** Why one file of a request was refused. */
export interface Refusal {
  /** Name of the file as the client sent it. */
  file: string;
  code:
    | 'TYPE_NOT_ALLOWED'
    | 'TOO_LARGE'
    | 'TOO_SMALL'
    | 'EMPTY'
    | 'INVALID_IMAGE'
    | 'METADATA_KEPT'
    | 'UNSAFE_SVG'
    | 'SCAN_REFUSED'
    | 'UNEXPECTED_FIELD';
  /** One sentence: the problem, and what to do. */
  message: string;
}

/** Thrown for a refused file. {@link refusalError} turns it into an HTTP error. */
export class RefusedFile extends Error {
  override name = 'RefusedFile';

  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** The refusal of a file that has an image type but is no image, or is damaged. */
export const brokenImage = ({ name, mime }: { name: string; mime: string }): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'INVALID_IMAGE',
    message: `The file "${name}" is not a valid image: its content cannot be read as "${mime}".`,
  });

/** The refusal of an SVG that is not stored. `reason` follows the words "cannot be made safe:". */
export const unsafeSvg = (name: string, reason: string): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'UNSAFE_SVG',
    message: `The SVG "${name}" cannot be made safe: ${reason}.`,
  });

/** The refusal of an image whose private metadata would be published. */
export const metadataKept = ({ name, mime }: { name: string; mime: string }): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'METADATA_KEPT',
    message:
      `The file "${name}" may contain private metadata that cannot be removed from this "${mime}" file. ` +
      'The setting `images.requireStripped` refuses such files: send the file without metadata, or in another format.',
  });

/**
 * The HTTP error for refused files: 413 if any of them was too large, otherwise 400. `details.errors` lists every
 * refused file with its reason.
 */
export function refusalError(refusals: readonly Refusal[]): Error {
  const tooLarge = refusals.find(({ code }) => code === 'TOO_LARGE');
  const message = (tooLarge ?? refusals[0])?.message ?? 'The files were refused.';
  const details = { errors: [...refusals] };
  return tooLarge
    ? new errors.PayloadTooLargeError(message, details)
    : new errors.ValidationError(message, details);
}
