import { PLAIN_TEXT } from './common-types';
import { markedKind, XML } from './signatures/text-formats';

/**
 * With what a page begins for browsers (WHATWG MIME Sniffing, section 7.1), and what runs on a server:
 * PHP, and the interpreter that the first line names.
 */
const BEGINNINGS: ReadonlyArray<[type: string, start: RegExp]> = [
  [
    'text/html',
    /^\s*<(!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]/i,
  ],
  ['text/html', /^\s*<!--/],
  ['application/x-httpd-php', /^\s*<\?(php\b|=)/i],
  ['application/x-sh', /^#!\s*\/\S*?(\/env\s+)?\b(ba|da|k|z)?sh\b/],
  ['application/x-perl', /^#!\s*\/\S*?(\/env\s+)?\bperl\b/],
  ['text/javascript', /^#!\s*\/\S*?(\/env\s+)?\b(node|deno|bun)\b/],
];

/** Kinds of text that something runs: a browser, or a server that is told to. */
const ACTIVE =
  /^(text\/(html|javascript|ecmascript)|image\/svg\+xml|application\/(.*(xhtml|javascript|ecmascript).*|x-httpd-php|x-(ba|k|z|c)?sh|x-perl))$/;

/** True for a type that a browser or a server may run. */
export const isActive = (type: string): boolean => ACTIVE.test(type);

/**
 * What kind of text the beginning of a file is: a page, a script, a kind that says so by its marks, JSON, a
 * table, or plain text. SVG, and documents that are printed, are told by others.
 *
 * @param text the beginning
 * @param isWhole whether it is all of the file
 */
export function textKind(text: string, isWhole: boolean): string {
  return (
    BEGINNINGS.find(([, start]) => start.test(text))?.[0] ??
    markedKind(text) ??
    (isJson(text, isWhole) ? 'application/json' : tableKind(text, isWhole)) ??
    PLAIN_TEXT
  );
}

/**
 * Whether a text that is named as a page is one: it has an element, a comment or a document type somewhere.
 * A document of XML says by its root that it is another one.
 */
export const hasMarkup = (text: string, kind: string): boolean =>
  kind !== XML && /<(!doctype|!--|\/?[a-z][\w:-]*[\s/>])/i.test(text);

/** One token of JSON (RFC 8259), and what may be left of one where the text is cut. */
const TOKEN =
  /\s*(?:[{}[\],:]|"(?:[^"\\\0-\x1f]|\\["\\/bfnrtu])*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b)/y;
const CUT = /^\s*(?:"[^"]*|-?[\d.eE+-]*|[a-z]{0,4})$/;

/** An object or a list; the rest of JSON is text as well. */
function isJson(text: string, isWhole: boolean): boolean {
  if (!/^\s*[[{]/.test(text)) {
    return false;
  }
  if (isWhole) {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
  TOKEN.lastIndex = 0;
  let end = 0;
  while (TOKEN.test(text)) {
    end = TOKEN.lastIndex;
  }
  return CUT.test(text.slice(end)) && /^\s*(\{\s*["}]|\[\s*["[{\]\d-tfn])/.test(text);
}

/** Least lines and columns of a table: prose has commas too. */
const LINES = 3;
const COLUMNS = 3;

const SEPARATORS: ReadonlyArray<[type: string, separator: string]> = [
  ['text/csv', ','],
  ['text/csv', ';'],
  ['text/tab-separated-values', '\t'],
];

/** A table (RFC 4180): each line has as many fields as the first. */
function tableKind(text: string, isWhole: boolean): string | undefined {
  // What is quoted may hold separators and line breaks.
  const lines = text.replace(/"(?:[^"]|"")*"/g, 'x').split(/\r?\n/);
  if (!isWhole || lines.at(-1) === '') {
    lines.pop();
  }
  const [first = ''] = lines;
  const fits = (separator: string) => {
    const columns = first.split(separator).length;
    return columns >= COLUMNS && lines.every((line) => line.split(separator).length === columns);
  };
  return lines.length >= LINES
    ? SEPARATORS.find(([, separator]) => fits(separator))?.[0]
    : undefined;
}
