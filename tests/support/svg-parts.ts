export const XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"';
export const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"';
export const SVG = 'xmlns="http://www.w3.org/2000/svg"';

/** An address to which no SVG may send a request. */
export const OUTSIDE = 'http://outside.test';

/** A script whose effect a test can see in the browser. */
export const RUN = 'window.ran=1';

export const script = (body: string) => `<script>${body}</script>`;

/** An SVG with this content and a circle. The circle shows that a browser displays the SVG. */
export const svg = (inside: string, attributes = '') =>
  `<svg ${SVG} width="100" height="100" ${attributes}>${inside}<circle r="5"/></svg>`;

/** A `data:` URL with a text. */
export const inData = (type: string, text: string) =>
  `data:${type};base64,${Buffer.from(text).toString('base64')}`;

/** An image of one pixel, in Base64 for a `data:` URL. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
