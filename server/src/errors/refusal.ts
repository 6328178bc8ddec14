import { errors } from '../util/strapi-utils';

/** Why one file of a request was refused. */
export interface Refusal {
  /** The file's name as the client sent it. */
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
  /** One sentence: what was wrong, and what to do. */
  message: string;
}

/** A refused file on its way through the steps; becomes an HTTP error in {@link refusalError}. */
export class RefusedFile extends Error {
  override name = 'RefusedFile';

  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** A file that is to be an image and is none, or is damaged. */
export const brokenImage = ({ name, mime }: { name: string; mime: string }): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'INVALID_IMAGE',
    message: `"${name}" is not a valid image: its content cannot be read as ${mime}.`,
  });

/** An SVG that is not stored; the reason is to follow "cannot be made safe:". */
export const unsafeSvg = (name: string, reason: string): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'UNSAFE_SVG',
    message: `"${name}" cannot be made safe: ${reason}.`,
  });

/** An image whose private metadata would be published. */
export const metadataKept = ({ name, mime }: { name: string; mime: string }): RefusedFile =>
  new RefusedFile({
    file: name,
    code: 'METADATA_KEPT',
    message:
      `"${name}" may hold private metadata, which cannot be taken out of ${mime} here, and ` +
      '`images.requireStripped` is set: send it without them, or in another format.',
  });

/**
 * The HTTP error for refused files: 413 when one was too large, else 400, with every file and its
 * reason in `details.errors`.
 */
export function refusalError(refusals: readonly Refusal[]): Error {
  const tooLarge = refusals.find(({ code }) => code === 'TOO_LARGE');
  const message = (tooLarge ?? refusals[0])?.message ?? 'The files were refused.';
  const details = { errors: [...refusals] };
  return tooLarge
    ? new errors.PayloadTooLargeError(message, details)
    : new errors.ValidationError(message, details);
}
