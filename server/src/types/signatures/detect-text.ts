import { PDF, SVG } from '../common-types';
import { endOfProlog, xmlEncoding } from '../svg-document';
import { hasMarkup, isActive, textKind } from '../text-kind';
import { Bytes } from './bytes';
import { extensionIn, isPageName, PAGE_TYPES } from './extensions';
import { isBzip2 } from './archives';
import { documentKind, PDF_REACH, pdfMark } from './text-formats';
import type { Claims } from './tracks';

/** With what markup begins, in any encoding: blanks, marks of encodings, and the first bracket. */
const MARKUP = /^[\s\0\xef\xbb\xbf\xfe\xff]*</;

/** What an XML parser would take for a prolog without an end. */
const PHP = /^\s*<\?(php\b|=)/i;

/** An SVG by its first element; where no element is in sight, by its name: it is made safe as one then. */
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

/** Markup with characters that no text has: browsers read it all the same. Empty for what is none. */
const markupIn = (head: Uint8Array): string =>
  MARKUP.test(new Bytes(head).text(0, 64)) ? new TextDecoder(xmlEncoding(head)).decode(head) : '';

/** Documents that are texts themselves. */
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
  // A text may speak of PDFs; behind some words one is a PDF where it is called so.
  const isCalled = [claims.byName, claims.declared].includes(PDF);
  if (pdf === 'begins' || (pdf && isCalled && !isActive(textKind(text, false)))) {
    return PDF;
  }
  return documentKind(text) ?? (isBzip2(bytes) ? 'application/x-bzip2' : undefined);
}

/**
 * What kind of text a file is. One that is named as a page is a page if there is markup in it, wherever its
 * first words are.
 *
 * @param isWhole whether the text is all of the file
 */
export function kindOf(text: string, name: string, isWhole: boolean): string {
  const kind = textKind(text, isWhole);
  const isPage =
    !PAGE_TYPES.includes(kind) && isPageName(extensionIn(name)) && hasMarkup(text, kind);
  return isPage ? PAGE_TYPES[0] : kind;
}
