import { endOfProlog } from '../svg-document';

export const XML = 'application/xml';
const XHTML = 'application/xhtml+xml';

/** Kinds of texts that say by two marks what they are: one at their beginning, another behind it. */
const MARKED: ReadonlyArray<[type: string, start: RegExp, second: RegExp]> = [
  ['text/vcard', /^\s*BEGIN:VCARD\s/i, /^VERSION:/im],
  ['text/calendar', /^\s*BEGIN:VCALENDAR\s/i, /^(VERSION|PRODID):/im],
  ['text/vtt', /^WEBVTT(?=\s|$)/, /-->/],
  ['model/stl', /^\s*solid\b/i, /\sfacet\s+normal\s/i],
  [
    'application/x-ms-regedit',
    /^(REGEDIT4|Windows Registry Editor Version 5\.00)\s/,
    /^\[-?HKEY_/m,
  ],
  ['application/pgp-encrypted', /^-----BEGIN PGP MESSAGE-----\s/, /^[\w+/=]{20,}\s*$/m],
];

const MARKED_TYPES = new Set([XML, XHTML, ...MARKED.map(([type]) => type)]);

/** True for a kind that {@link markedKind} tells. */
export const isMarked = (kind: string): boolean => MARKED_TYPES.has(kind);

/** With which a PDF begins (ISO 32000-1, 7.5.2). */
const PDF_MARK = /%PDF-\d\.\d/;

/** Bytes in which readers look for it (the same, annex H, note 13), and some for the end of its line. */
export const PDF_REACH = 1024 + 32;

/** The kind of text that says by its marks what it is; undefined for others. */
export function markedKind(text: string): string | undefined {
  if (/^\s*<\?xml\s+version\s*=/.test(text)) {
    return xmlKind(text);
  }
  return MARKED.find(([, start, second]) => start.test(text) && second.test(text))?.[0];
}

/** XML by its root: a page is one for browsers under any type of XML. */
function xmlKind(text: string): string {
  const start = endOfProlog(text);
  const root = start === -1 ? '' : text.slice(start, start + 1000);
  return /^<(?:\w+:)?html[\s>/]/i.test(root) ? XHTML : XML;
}

/** Documents that are printed, and are texts themselves. */
export function documentKind(text: string): string | undefined {
  if (/^%!PS-Adobe-[\d.]+ EPSF-/.test(text)) {
    return 'application/eps';
  }
  if (/^\x04?%!PS-Adobe/.test(text)) {
    return 'application/postscript';
  }
  return text.startsWith('{\\rtf1') ? 'application/rtf' : undefined;
}

/**
 * Whether a file is a PDF, and how sure that is:
 *
 * - `begins`: nothing but blanks and a mark of UTF-8 stand before, and the line ends behind its version;
 * - `mentions`: it stands somewhere in the bytes in which readers look for it.
 *
 * @param head first bytes, {@link PDF_REACH} at most, as letters of Latin-1
 * @returns undefined for what is none
 */
export function pdfMark(head: string): 'begins' | 'mentions' | undefined {
  const found = PDF_MARK.exec(head);
  if (!found || found.index > 1024) {
    return undefined;
  }
  const before = head.slice(0, found.index).replace(/^\xef\xbb\xbf/, '');
  const line = head.slice(found.index + found[0].length);
  const isFirst = /^[\s\0]*$/.test(before) && /^[ \t]*([\r\n%]|$)/.test(line);
  return isFirst ? 'begins' : 'mentions';
}
