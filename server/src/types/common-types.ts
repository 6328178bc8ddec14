/** Type of an SVG, an image that can contain scripts. */
export const SVG = 'image/svg+xml';

/** Type of bytes whose real type is unknown. */
export const OCTET_STREAM = 'application/octet-stream';

/** Type of a text of an unknown kind. */
export const PLAIN_TEXT = 'text/plain';

export const PDF = 'application/pdf';
export const GZIP = 'application/gzip';
