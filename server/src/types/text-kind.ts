import { PLAIN_TEXT } from './common-types';
import { markedKind, XML } from './signatures/text-formats';

/**
 * Beginnings that make browsers treat a text as a page (WHATWG MIME Sniffing, section 7.1), and beginnings of scripts
 * that a server runs: PHP, and the interpreter in the first line.
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

/** Types of text that something executes: a browser, or a server if it is configured so. */
const ACTIVE =
  /^(text\/(html|javascript|ecmascript)|image\/svg\+xml|application\/(.*(xhtml|javascript|ecmascript).*|x-httpd-php|x-(ba|k|z|c)?sh|x-perl))$/;

/** Whether a browser or a server may execute this type. */
export const isActive = (type: string): boolean => ACTIVE.test(type);

/**
 * The kind of a text: a page, a script, a format with marks, JSON, a table, or plain text. SVG and printable documents
 * are detected elsewhere.
 *
 * @param text the beginning of the file
 * @param isWhole whether `text` is the whole file
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
 * Whether a text with the extension of a page is a page: it must contain an element, a comment or a document type. XML
 * whose root is not that of a page is no page.
 */
export const hasMarkup = (text: string, kind: string): boolean =>
  kind !== XML && /<(!doctype|!--|\/?[a-z][\w:-]*[\s/>])/i.test(text);

/** One JSON token (RFC 8259), and the rest of a token where the text is cut off. */
const TOKEN =
  /\s*(?:[{}[\],:]|"(?:[^"\\\0-\x1f]|\\["\\/bfnrtu])*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b)/y;
const CUT = /^\s*(?:"[^"]*|-?[\d.eE+-]*|[a-z]{0,4})$/;

/** Whether a text is a JSON object or array. Other JSON values count as plain text. */
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

/** Minimum number of lines and columns of a table. Prose contains commas too, so fewer of them prove nothing. */
const LINES = 3;
const COLUMNS = 3;

const SEPARATORS: ReadonlyArray<[type: string, separator: string]> = [
  ['text/csv', ','],
  ['text/csv', ';'],
  ['text/tab-separated-values', '\t'],
];

/** Detects a table (RFC 4180): each line has as many fields as the first. */
function tableKind(text: string, isWhole: boolean): string | undefined {
  // Quoted fields may contain separators and line breaks.
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
