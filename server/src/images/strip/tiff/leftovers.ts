import type { Source } from '../../header/read-at';
import { without } from '../intervals';
import { outside, type Pages } from './pages';

/**
 * Maximum number of unused bytes other than zero, between values and at the end of the file. Alignment needs only a
 * few. More unused bytes may be private data.
 */
const MOST_LEFTOVERS = 16;

/** Maximum number of bytes that are searched for leftovers. */
const LOOKED_FOR = 256 * 1024;

/**
 * Whether the file holds bytes that no directory refers to, such as old values that an editor has replaced. These bytes
 * are not removed, since decoders of damaged files read even bytes without a reference.
 */
export async function holdsLeftovers(
  { file, pages, pixels, doomed }: Pages,
  { read, size }: Source
): Promise<boolean> {
  const values = outside(pages.flatMap((page) => page.entries));
  const known = [file.header, ...pages, ...values, ...pixels, ...doomed];
  let [left, found] = [LOOKED_FOR, 0];
  for (const { from, to } of without([{ from: 0, to: size }], known)) {
    const bytes = await read(from, Math.min(to - from, left));
    left -= bytes.length;
    found += bytes.filter((byte) => byte !== 0).length;
    if (left <= 0 || found > MOST_LEFTOVERS) {
      return found > MOST_LEFTOVERS;
    }
  }
  return false;
}
