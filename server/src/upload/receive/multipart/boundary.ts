import { errors } from '../../../util/strapi-utils';

/** Matches the parameter `boundary`: a quoted string or a token (RFC 9110 section 5.6.6). */
const BOUNDARY = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/i;

/**
 * Matches an accepted boundary: printable ASCII that does not end with a space. RFC 2046 section 5.1.1 allows 70
 * characters and fewer special characters, but clients send others: tutorials for Android's HttpURLConnection use
 * `*****`.
 */
const WELL_FORMED = /^[\x20-\x7e]{0,255}[\x21-\x7e]$/;

/** Whether a Content-Type header has a multipart type. */
export const isMultipart = (contentType: string): boolean => /^\s*multipart\//i.test(contentType);

/**
 * Returns the boundary of a Content-Type header. As with the built-in plugin, any multipart type counts as a form:
 * OkHttp's builder sends `multipart/mixed` by default.
 *
 * @throws errors.ValidationError if the type is not multipart, or the header has no valid boundary
 */
export function boundaryOf(contentType: string | undefined): string {
  if (!isMultipart(contentType ?? '')) {
    throw new errors.ValidationError('Send the files as multipart/form-data.');
  }
  const [, quoted, token] = BOUNDARY.exec(contentType ?? '') ?? [];
  const boundary = quoted?.replace(/\\(.)/g, '$1') ?? token;
  if (boundary === undefined) {
    throw new errors.ValidationError('The header Content-Type has no multipart boundary.');
  }
  if (!WELL_FORMED.test(boundary)) {
    throw new errors.ValidationError(
      'The multipart boundary is not valid. It must have 1 to 256 printable ASCII characters and must not end with a space.'
    );
  }
  return boundary;
}
