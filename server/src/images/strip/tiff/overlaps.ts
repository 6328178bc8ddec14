import { bytesIn, doOverlap, joined, without } from '../intervals';
import { outside, type Pages } from './pages';
import { mayStay } from './staying';

/**
 * Whether all private bytes can be found, and are used by nothing else.
 *
 * @throws RangeError if directories overlap each other or pixels, so that they cannot be rewritten
 */
export function isClear({ file, pages, pixels, doomed }: Pages): boolean {
  const entries = pages.flatMap((page) => page.entries);
  const values = outside(entries.filter(mayStay));
  const structure = [file.header, ...pages];
  if (doOverlap([...structure, ...joined([...values, ...pixels])])) {
    throw new RangeError('TIFF directories that overlap');
  }
  const goes = entries.filter((entry) => !mayStay(entry));
  const gone = joined([...outside(goes), ...doomed]);
  const left = without(gone, [...structure, ...values, ...pixels]);
  return bytesIn(left) === bytesIn(gone) && goes.every(({ unit }) => unit > 0);
}
