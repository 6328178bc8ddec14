import type { Source } from '../../header/read-at';
import type { Apart } from '../apart';
import { holdsLeftovers } from './leftovers';
import { isClear } from './overlaps';
import { pagesIn } from './pages';
import { Rewriting } from './rewriting';
import { foundIn } from './rights';

/**
 * Takes a TIFF apart. It keeps its length, since offsets go through all of it: entries are taken out of their directories,
 * and values made zeros, but for bytes that something else uses too.
 *
 * @throws RangeError for a file without a page, with too many, or whose directories lie in each other or in pixels
 */
export async function takeTiffApart(source: Source): Promise<Apart> {
  const all = await pagesIn(source);
  const found = await foundIn(all.pages[0], source);
  const complete = isClear(all) && !(await holdsLeftovers(all, source));
  return { found, complete, parts: (own) => new Rewriting(all, own).parts(source) };
}
