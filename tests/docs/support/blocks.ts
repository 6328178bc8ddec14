import { linesOf } from './lines';
import type { Page } from './pages';

/** A fenced block of code. */
export interface Block {
  /** What a person finds it by: page, heading, and language, with a number from the second one of these on. */
  name: string;
  language: string;
  code: string;
}

/** The fenced blocks of a page, in their order. */
export function blocksOf(page: Page): Block[] {
  const blocks: Block[] = [];
  const seen = new Map<string, number>();
  let code: string[] = [];
  for (const { role, fence = '', heading, text } of linesOf(page.text)) {
    if (role === 'opens block') {
      code = [];
    } else if (role === 'in block') {
      code.push(text);
    } else if (role === 'closes block') {
      const place = `${page.name}, ${heading}, ${fence || 'no language'}`;
      const count = (seen.get(place) ?? 0) + 1;
      seen.set(place, count);
      const name = count > 1 ? `${place} ${count}` : place;
      blocks.push({ name, language: fence, code: code.join('\n') });
    }
  }
  return blocks;
}
