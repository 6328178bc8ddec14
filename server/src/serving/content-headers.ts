import contentDisposition from 'content-disposition';
import type { Context } from 'koa';
import path from 'node:path';
import { cleanName } from '../types/file-name';

/**
 * Types that no browser runs anything of when somebody opens them, with nosniff and this type. XML of
 * any kind is not among them; PDF viewers run what a PDF holds apart from the site.
 */
const PASSIVE =
  /^((image|audio|video|font)\/(?!.*xml)|text\/(plain|csv)\b|application\/(pdf|json)\b)/;

/** Shown as what it is, an image, and sandboxed: people open it, and pages embed it. */
const SVG = /^image\/svg\+xml\b/;

/**
 * For what can be active: no script runs, nothing is fetched, and the document is in an origin of
 * its own. What a drawing brings along (styles, embedded images and fonts) still counts.
 */
const SANDBOX =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/**
 * Sets the headers that tell a browser what to do with a file: its type, and for types that can be
 * active a sandbox and a download instead of a page. `?download` makes a download of any file;
 * with a value it is saved under that name.
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
 * RFC 6266 appendix D: plain ASCII for old clients, all of the name in `filename*` (RFC 8187). Node.js
 * would garble other letters of Latin-1.
 */
const attachment = (name: string): string =>
  contentDisposition(name, { fallback: name.replace(/[^\x20-\x7e]/g, '?') });

/**
 * The extension stays the file's own: a link from anybody can name it, and must not make a program
 * of a text.
 */
function downloadName(wanted: string | null, own: string): string {
  if (!wanted) {
    return own;
  }
  const ext = path.extname(own);
  const name = cleanName(wanted);
  return name.toLowerCase().endsWith(ext.toLowerCase()) ? name : `${name}${ext}`;
}
