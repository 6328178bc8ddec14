import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Path of the repository. */
export const ROOT = path.resolve(__dirname, '../../..');

/** A page of the documentation. */
export interface Page {
  /** Path from the root of the repository, such as `docs/images.md`. */
  name: string;
  text: string;
}

/** The README and the pages in `docs`. */
export function readPages(): Page[] {
  const inDocs = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...inDocs.sort().map((name) => `docs/${name}`)].map(readPage);
}

/**
 * Reads a page.
 *
 * @param name path of the page from the root of the repository
 */
export const readPage = (name: string): Page => ({
  name,
  text: readFileSync(path.join(ROOT, name), 'utf8'),
});
