import { existsSync } from 'node:fs';
import path from 'node:path';
import { linesOf } from './lines';
import { readPage, ROOT, type Page } from './pages';

/** `[text](target)` or `[text](target "title")`, also with a text in backticks. */
const LINK = /\]\(([^()]+)\)/g;

/** Code may go on in the next line, but not behind an empty one. */
const CODE = /`(?:[^`\n]|\n(?!\n))*`/g;

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ text }: Page): Set<string> {
  const anchors = new Set<string>();
  for (const { role, heading } of linesOf(text)) {
    if (role === 'heading') {
      const anchor = anchorOf(heading);
      let free = anchor;
      for (let count = 1; anchors.has(free); count += 1) {
        free = `${anchor}-${count}`;
      }
      anchors.add(free);
    }
  }
  return anchors;
}

const anchorOf = (heading: string): string =>
  heading
    .replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

/** The page with nothing in its lines of code blocks, and without code in its sentences. */
const proseOf = ({ text }: Page): string =>
  linesOf(text)
    .map((line) => (line.role === 'text' || line.role === 'heading' ? line.text : ''))
    .join('\n')
    .replace(CODE, (code) => code.replace(/[^\n]/g, ' '));

/** The targets of links inside the repository, with their line. */
export const linksOf = (page: Page): Array<{ target: string; line: number }> =>
  proseOf(page)
    .split('\n')
    .flatMap((line, at) =>
      [...line.matchAll(LINK)].map(([, inside = '']) => ({
        target: inside.split(' ')[0] ?? '',
        line: at + 1,
      }))
    )
    .filter(({ target }) => !/^[a-z][a-z+.-]*:/i.test(target));

/** Why a link leads nowhere; nothing where it leads somewhere. */
export function brokenLink(page: Page, target: string): string | undefined {
  const [file = '', anchor] = target.split('#');
  const name = file === '' ? page.name : path.join(path.dirname(page.name), file);
  if (name.startsWith('..') || !existsSync(path.join(ROOT, name))) {
    return `there is no ${name}`;
  }
  if (anchor !== undefined && !anchorsOf(readPage(name)).has(anchor)) {
    return `${name} has no heading for #${anchor}`;
  }
  return undefined;
}
