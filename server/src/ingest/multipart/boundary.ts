import { errors } from '../../strapi-utils';

/** One parameter: a quoted string or a token (RFC 9110 section 5.6.6). */
const BOUNDARY = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/i;

/** Characters of a boundary, a space not last (RFC 2046 section 5.1.1). */
const WELL_FORMED = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** True for a Content-Type header of any multipart type. */
export const isMultipart = (contentType: string): boolean => /^\s*multipart\//i.test(contentType);

/**
 * The boundary that a Content-Type header names.
 *
 * @throws errors.ValidationError where it is not multipart/form-data, or names none that is valid
 */
export function boundaryOf(contentType: string | undefined): string {
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(contentType ?? '')) {
    throw new errors.ValidationError('Send the files as multipart/form-data.');
  }
  const [, quoted, token] = BOUNDARY.exec(contentType ?? '') ?? [];
  const boundary = quoted?.replace(/\\(.)/g, '$1') ?? token;
  if (boundary === undefined) {
    throw new errors.ValidationError('The Content-Type header names no multipart boundary.');
  }
  if (!WELL_FORMED.test(boundary)) {
    throw new errors.ValidationError(
      "The multipart boundary is not valid: 1 to 70 letters, digits and '()+_,-./:=? (RFC 2046)."
    );
  }
  return boundary;
}
