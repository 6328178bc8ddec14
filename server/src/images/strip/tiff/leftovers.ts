import type { Source } from '../../header/read-at';
import { without } from '../intervals';
import { outside, type Pages } from './pages';

/** Bytes that nothing uses, between values and at the end: more of them than alignment asks for are somebody's. */
const MOST_LEFTOVERS = 16;

/** Bytes that are looked at for them. */
const LOOKED_FOR = 256 * 1024;

/**
 * Whether bytes lie in the file that no directory leads to, such as values that an editor has replaced. They stay, since
 * decoders of damaged files read what nobody has told of.
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
