/** Images that can hold scripts. */
export const SVG = 'image/svg+xml';

/** Bytes of which nothing more is known. */
export const OCTET_STREAM = 'application/octet-stream';

/** Text of which nothing more is known. */
export const PLAIN_TEXT = 'text/plain';

export const PDF = 'application/pdf';
export const GZIP = 'application/gzip';
