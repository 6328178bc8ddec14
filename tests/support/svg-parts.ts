export const XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"';
export const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"';
export const SVG = 'xmlns="http://www.w3.org/2000/svg"';

/** An address that nothing may ask for. */
export const OUTSIDE = 'http://outside.test';

/** What a script that runs does, where a browser would show it. */
export const RUN = 'window.ran=1';

export const script = (body: string) => `<script>${body}</script>`;

/** A drawing with something inside, and a circle by which is seen that it is shown. */
export const svg = (inside: string, attributes = '') =>
  `<svg ${SVG} width="100" height="100" ${attributes}>${inside}<circle r="5"/></svg>`;

/** A text as `data:` address. */
export const inData = (type: string, text: string) =>
  `data:${type};base64,${Buffer.from(text).toString('base64')}`;

/** A picture of one pixel, as `data:` address without its type. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
