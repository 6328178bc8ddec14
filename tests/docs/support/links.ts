import { existsSync } from 'node:fs';
import path from 'node:path';
import { linesOf } from './lines';
import { readPage, ROOT, type Page } from './pages';

/**
 * Matches the target of a link such as `[text](target)` or `[text](target "title")`. The text may contain backticks.
 */
const LINK = /\]\(([^()]+)\)/g;

/** Matches code in backticks. The code may continue on the next line, but not after an empty line. */
const CODE = /`(?:[^`\n]|\n(?!\n))*`/g;

/** The anchors of a page's headings, as GitHub creates them. */
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

/** The text of a page with its code replaced by blanks. The numbers of the lines stay the same. */
const proseOf = ({ text }: Page): string =>
  linesOf(text)
    .map((line) => (line.role === 'text' || line.role === 'heading' ? line.text : ''))
    .join('\n')
    .replace(CODE, (code) => code.replace(/[^\n]/g, ' '));

/** The targets of links inside the repository, with their line numbers. */
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

/** Returns the reason why a link has no target; undefined if the target exists. */
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
