import type { Source } from '../../header/read-at';
import type { Apart } from '../apart';
import { holdsLeftovers } from './leftovers';
import { isClear } from './overlaps';
import { pagesIn } from './pages';
import { Rewriting } from './rewriting';
import { foundIn } from './rights';

/**
 * Splits a TIFF. The file keeps its length, since offsets are used everywhere in it. Entries are removed from their
 * directories, and their values become zeros, except for bytes that something else uses too.
 *
 * @throws RangeError for a file without a page or with too many pages, and for directories that overlap each other or
 *   pixels
 */
export async function takeTiffApart(source: Source): Promise<Apart> {
  const all = await pagesIn(source);
  const found = await foundIn(all.pages[0], source);
  const complete = isClear(all) && !(await holdsLeftovers(all, source));
  return { found, complete, parts: (own) => new Rewriting(all, own).parts(source) };
}
