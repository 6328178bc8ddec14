import { errors } from '../../../util/strapi-utils';

/** One parameter: a quoted string or a token (RFC 9110 section 5.6.6). */
const BOUNDARY = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/i;

/**
 * Printable ASCII, a space not last. RFC 2046 section 5.1.1 has 70 characters and fewer signs, but clients send
 * others: tutorials for Android's HttpURLConnection have `*****`.
 */
const WELL_FORMED = /^[\x20-\x7e]{0,255}[\x21-\x7e]$/;

/** True for a Content-Type header of any multipart type. */
export const isMultipart = (contentType: string): boolean => /^\s*multipart\//i.test(contentType);

/**
 * The boundary that a Content-Type header names. Any multipart type counts as a form, as with the built-in:
 * OkHttp's builder sends `multipart/mixed` where nobody sets another.
 *
 * @throws errors.ValidationError where it is not multipart, or names none that is valid
 */
export function boundaryOf(contentType: string | undefined): string {
  if (!isMultipart(contentType ?? '')) {
    throw new errors.ValidationError('Send the files as multipart/form-data.');
  }
  const [, quoted, token] = BOUNDARY.exec(contentType ?? '') ?? [];
  const boundary = quoted?.replace(/\\(.)/g, '$1') ?? token;
  if (boundary === undefined) {
    throw new errors.ValidationError('The Content-Type header names no multipart boundary.');
  }
  if (!WELL_FORMED.test(boundary)) {
    throw new errors.ValidationError(
      'The multipart boundary is not valid: 1 to 256 printable ASCII characters, the last one no space.'
    );
  }
  return boundary;
}
