import { linesOf } from './lines';
import { readPages, type Page } from './pages';

/** A fenced code block of a page, or a command on an indented line of a page. */
export interface Block {
  /**
   * Page, heading and language of the block. If several blocks have the same page, heading and language, a number
   * follows from the second of them on.
   */
  name: string;
  /** The language after the fence, or `command` for a command on an indented line. */
  language: string;
  code: string;
}

/** The blocks and commands of a page, in the order of the page. */
export function blocksOf(page: Page): Block[] {
  const blocks: Block[] = [];
  const seen = new Map<string, number>();
  const add = (heading: string, language: string, code: string) => {
    const place = `${page.name}, ${heading}, ${language || 'no language'}`;
    const count = (seen.get(place) ?? 0) + 1;
    seen.set(place, count);
    blocks.push({ name: count > 1 ? `${place} ${count}` : place, language, code });
  };
  let code: string[] = [];
  for (const { role, fence = '', heading, text } of linesOf(page.text)) {
    if (role === 'command') {
      add(heading, role, text.trim());
    } else if (role === 'opens block') {
      code = [];
    } else if (role === 'in block') {
      code.push(text);
    } else if (role === 'closes block') {
      add(heading, fence, code.join('\n'));
    }
  }
  return blocks;
}

/** The blocks and commands of all pages. */
export const readBlocks = (): Block[] => readPages().flatMap(blocksOf);
