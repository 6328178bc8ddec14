import contentDisposition from 'content-disposition';
import type { Context } from 'koa';
import path from 'node:path';
import { cleanName } from '../types/file-name';

/**
 * Types from which no browser executes anything when a user opens a file, with this Content-Type and nosniff. XML types
 * are not among them. PDF is among them, since PDF viewers run the content of a PDF separately from the site.
 */
const PASSIVE =
  /^((image|audio|video|font)\/(?!.*xml)|text\/(plain|csv)\b|application\/(pdf|json)\b)/;

/**
 * Type of SVG. An SVG is shown as an image, in a sandbox, instead of as a download: users open SVGs, and pages embed
 * them.
 */
const SVG = /^image\/svg\+xml\b/;

/**
 * Content-Security-Policy for types that can be active. No script runs, nothing is fetched, and the document has an
 * origin of its own. Content inside an SVG (styles, embedded images and fonts) still works.
 */
const SANDBOX =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/**
 * Sets the headers that tell a browser how to handle a file: its type, and for types that can be active a sandbox and a
 * download. `?download` turns any file into a download. Its value, if any, is the name under which to save the file.
 *
 * @param type the Content-Type
 * @param name the file's own name
 */
export function setContentHeaders(ctx: Context, type: string, name: string): void {
  ctx.set({ 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' });
  const passive = PASSIVE.test(type);
  if (!passive) {
    ctx.set('Content-Security-Policy', SANDBOX);
  }
  const wanted = ctx.querystring ? new URLSearchParams(ctx.querystring).get('download') : null;
  if (wanted !== null || !(passive || SVG.test(type))) {
    ctx.set('Content-Disposition', attachment(downloadName(wanted, name)));
  }
}

/**
 * Value of Content-Disposition for a download, as in RFC 6266 appendix D: plain ASCII for old clients, the full name in
 * `filename*` (RFC 8187). Node.js would garble other Latin-1 letters.
 */
const attachment = (name: string): string =>
  contentDisposition(name, { fallback: name.replace(/[^\x20-\x7e]/g, '?') });

/**
 * Returns the name for a download. The name keeps the file's own extension. Anyone can put a name into a link, and such
 * a name must not turn a text into a program.
 */
function downloadName(wanted: string | null, own: string): string {
  if (!wanted) {
    return own;
  }
  const ext = path.extname(own);
  const name = cleanName(wanted);
  return name.toLowerCase().endsWith(ext.toLowerCase()) ? name : `${name}${ext}`;
}
