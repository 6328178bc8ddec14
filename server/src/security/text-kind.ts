import { xmlEncoding } from './svg/document';

/** The type of text of which nothing more is known. */
export const PLAIN_TEXT = 'text/plain';

/** Bytes that no text has (WHATWG MIME Sniffing, "binary data byte"). */
const BINARY = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

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
 * What kind of text the first bytes of a file are: a page, a script, JSON, a table, or plain text. SVG
 * and XML are told by others.
 *
 * @param head the first bytes
 * @param isWhole whether these are all of them
 * @returns undefined for what is no text
 */
export function textKind(head: Uint8Array, isWhole: boolean): string | undefined {
  const text = decode(head);
  if (text === undefined || text.trim() === '') {
    return undefined;
  }
  const active = BEGINNINGS.find(([, start]) => start.test(text));
  if (active) {
    return active[0];
  }
  return (isJson(text, isWhole) ? 'application/json' : tableKind(text, isWhole)) ?? PLAIN_TEXT;
}

/** True for text in UTF-16 that says so by its mark. */
export function isUtf16(head: Uint8Array): boolean {
  if (!hasMark(head)) {
    return false;
  }
  try {
    // Half a character at the end is none yet.
    const decoder = new TextDecoder(xmlEncoding(head), { fatal: true });
    return !BINARY.test(decoder.decode(head, { stream: true }));
  } catch {
    return false;
  }
}

/** UTF-16 by its mark; else every encoding in which the characters of ASCII are what they are. */
function decode(head: Uint8Array): string | undefined {
  const encoding = hasMark(head) ? xmlEncoding(head) : 'utf-8';
  const text = new TextDecoder(encoding).decode(head);
  return BINARY.test(text) ? undefined : text;
}

const hasMark = ([first, second]: Uint8Array): boolean =>
  (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe);

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
  const fits = (separator: string) => {
    const columns = lines[0]!.split(separator).length;
    return columns >= COLUMNS && lines.every((line) => line.split(separator).length === columns);
  };
  return lines.length >= LINES
    ? SEPARATORS.find(([, separator]) => fits(separator))?.[0]
    : undefined;
}
