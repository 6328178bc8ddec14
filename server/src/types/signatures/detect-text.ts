import { PDF, SVG } from '../common-types';
import { endOfProlog, xmlEncoding } from '../svg-document';
import { hasMarkup, isActive, textKind } from '../text-kind';
import { Bytes } from './bytes';
import { extensionIn, isPageName, PAGE_TYPES } from './extensions';
import { isBzip2 } from './archives';
import { documentKind, PDF_REACH, pdfMark } from './text-formats';
import type { Claims } from './tracks';

/** The beginning of markup in any encoding: blanks, byte order marks, and the first bracket. */
const MARKUP = /^[\s\0\xef\xbb\xbf\xfe\xff]*</;

/** Beginning of PHP code. An XML parser would take it for the beginning of a prolog that has no end. */
const PHP = /^\s*<\?(php\b|=)/i;

/**
 * Detects an SVG by its first element. If no element is in reach, the name decides; such a file is then sanitized as an
 * SVG.
 */
export function drawingType(
  head: Uint8Array,
  text: string | undefined,
  byName: string | undefined
): string | undefined {
  const markup = text ?? markupIn(head);
  const start = endOfProlog(markup);
  const isSvg =
    start === -1
      ? byName === SVG && !PHP.test(markup)
      : /^<(\w+:)?svg[\s>/]/i.test(markup.slice(start, start + 100));
  return isSvg ? SVG : undefined;
}

/**
 * Decodes markup that contains characters no text has: browsers accept such markup anyway. Returns an empty text if the
 * bytes are no markup.
 */
const markupIn = (head: Uint8Array): string =>
  MARKUP.test(new Bytes(head).text(0, 64)) ? new TextDecoder(xmlEncoding(head)).decode(head) : '';

/** Detects documents that consist of text. */
export function documentType(
  head: Uint8Array,
  text: string | undefined,
  claims: Claims
): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const bytes = new Bytes(head);
  const pdf = pdfMark(bytes.text(0, PDF_REACH));
  // A text may mention PDFs. A PDF that does not start with its mark needs a PDF's name or declared type.
  const isCalled = [claims.byName, claims.declared].includes(PDF);
  if (pdf === 'begins' || (pdf && isCalled && !isActive(textKind(text, false)))) {
    return PDF;
  }
  return documentKind(text) ?? (isBzip2(bytes) ? 'application/x-bzip2' : undefined);
}

/**
 * The kind of a text. A text with the extension of a page is a page if it contains markup anywhere.
 *
 * @param isWhole whether the text is the whole file
 */
export function kindOf(text: string, name: string, isWhole: boolean): string {
  const kind = textKind(text, isWhole);
  const isPage =
    !PAGE_TYPES.includes(kind) && isPageName(extensionIn(name)) && hasMarkup(text, kind);
  return isPage ? PAGE_TYPES[0] : kind;
}
