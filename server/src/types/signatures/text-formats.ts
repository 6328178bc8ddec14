import { endOfProlog } from '../svg-document';

export const XML = 'application/xml';
const XHTML = 'application/xhtml+xml';

/** Text formats with two marks: one at the beginning, another further on. */
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

/** Whether {@link markedKind} can return this kind. */
export const isMarked = (kind: string): boolean => MARKED_TYPES.has(kind);

/** First bytes of a PDF (ISO 32000-1, 7.5.2). */
const PDF_MARK = /%PDF-\d\.\d/;

/**
 * Number of bytes in which readers search for the mark (ISO 32000-1, annex H, note 13), plus some bytes for the end of
 * its line.
 */
export const PDF_REACH = 1024 + 32;

/** The kind of a text that has both marks of a format; undefined for other texts. */
export function markedKind(text: string): string | undefined {
  if (/^\s*<\?xml\s+version\s*=/.test(text)) {
    return xmlKind(text);
  }
  return MARKED.find(([, start, second]) => start.test(text) && second.test(text))?.[0];
}

/** The kind of XML, by its root element: browsers show a page under any XML type. */
function xmlKind(text: string): string {
  const start = endOfProlog(text);
  const root = start === -1 ? '' : text.slice(start, start + 1000);
  return /^<(?:\w+:)?html[\s>/]/i.test(root) ? XHTML : XML;
}

/** Detects printable documents that consist of text. */
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
 * Whether a file is a PDF, and how certain that is:
 *
 * - `begins`: only blanks and a UTF-8 byte order mark come before the mark, and its line ends after the version;
 * - `mentions`: the mark is somewhere in the bytes in which readers search for it.
 *
 * @param head first bytes, at most {@link PDF_REACH}, as Latin-1 letters
 * @returns undefined if there is no mark
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
