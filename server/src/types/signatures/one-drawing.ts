import { endOfProlog } from '../svg-document';

/** Root element of an SVG document, with its namespace (SVG 2, section 5.1.2). */
const ROOT = /^<(?:\w+:)?svg\s[^>]*>/;
const NAMESPACE = /["']http:\/\/www\.w3\.org\/2000\/svg["']/;

/** An instruction for a server, which an XML parser would take for an XML processing instruction. */
const PROGRAM = /<\?(?:php|=|\s)/i;

/** Characters between tags, and tags in XML syntax. Templates of other languages have other tags. */
const CHARACTERS = /[^<]+/y;
const END_TAG = /<\/[\w:.-]+\s*>/y;
const START_TAG = /<[\w:.-]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\/?>/y;

/** Beginnings and ends of parts that are skipped as a whole. */
const PASSED: ReadonlyArray<[start: RegExp, end: string]> = [
  [/<!--/y, '-->'],
  [/<!\[CDATA\[/y, ']]>'],
  [/<\?/y, '?>'],
];

/**
 * Whether a text is exactly one SVG document. Only the structure is checked: the sanitizer checks the content.
 *
 * @param text the whole text
 */
export function isOneDrawing(text: string): boolean {
  let at = endOfProlog(text);
  const root = at === -1 ? undefined : ROOT.exec(text.slice(at))?.[0];
  if (!root || !NAMESPACE.test(root) || PROGRAM.test(text)) {
    return false;
  }
  let depth = 0;
  do {
    const step = nextStep(text, at);
    if (!step) {
      return false;
    }
    at = step.end;
    depth += step.deeper;
  } while (depth > 0);
  return endOfProlog(text.slice(at)) === text.length - at;
}

/** The end of the part at an offset, and whether that part opens an element (1) or closes one (-1). */
function nextStep(text: string, at: number): { end: number; deeper: number } | undefined {
  const passed = PASSED.find(([start]) => endOf(start, text, at) !== -1);
  if (passed) {
    const end = text.indexOf(passed[1], at);
    return end === -1 ? undefined : { end: end + passed[1].length, deeper: 0 };
  }
  const tag = endOf(START_TAG, text, at);
  if (tag !== -1) {
    return { end: tag, deeper: text[tag - 2] === '/' ? 0 : 1 };
  }
  const close = endOf(END_TAG, text, at);
  const end = close === -1 ? endOf(CHARACTERS, text, at) : close;
  return end === -1 ? undefined : { end, deeper: close === -1 ? 0 : -1 };
}

/** Where a match at an offset ends; -1 if there is no match. */
function endOf(what: RegExp, text: string, at: number): number {
  what.lastIndex = at;
  return what.test(text) ? what.lastIndex : -1;
}
