/** SVG: an image type that can contain scripts. */
export const SVG = 'image/svg+xml';

/** Bytes of an unknown type. */
export const OCTET_STREAM = 'application/octet-stream';

/** Text of an unknown kind. */
export const PLAIN_TEXT = 'text/plain';

export const PDF = 'application/pdf';
export const GZIP = 'application/gzip';
