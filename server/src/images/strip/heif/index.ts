import type { Source } from '../../header/read-at';
import type { Apart, Own } from '../apart';
import { Found } from '../found';
import { bytesIn, joined, without } from '../intervals';
import { patched } from '../patches';
import { readItem } from './metadata-items';
import { MOST_PIECES, Overwriting } from './overwriting';
import { Search } from './search';
import { usedBy } from './used';

/** Maximum number of items that are overwritten: the bytes of each item are compared with all bytes that stay. */
const MOST_PRIVATE = 200;

/**
 * Splits HEIC, AVIF and their sequences. The file keeps its length, since offsets are used everywhere in it. Removed
 * boxes become `free` boxes of zeros. EXIF and XMP are overwritten, except for bytes that an image uses too. The new
 * EXIF block has no orientation: viewers use `irot` and `imir`.
 *
 * @throws RangeError if the file is no HEIF, or has too many boxes or items
 */
export async function takeHeifApart(source: Source): Promise<Apart> {
  const found = new Found();
  const search = new Search(source);
  const all = await search.file();
  const images = await usedBy(search, source);
  const used = joined([...search.structure, ...images]);
  for (const item of all.items) {
    await readItem(item, source, found);
  }
  if (all.items.length > MOST_PRIVATE) {
    throw new RangeError('too many items of metadata');
  }
  const extents = all.items.flatMap((item) => item.extents);
  if (extents.length > MOST_PIECES) {
    throw new RangeError('too many pieces of metadata');
  }
  const gone = joined([...all.doomed, ...extents]);
  const complete = bytesIn(without(gone, used)) === bytesIn(gone) && search.isKnown;
  // Fragments are not read, so their samples cannot be distinguished from unused bytes.
  const slack = search.isKnown && !search.hasFragments ? search.data : [];
  const parts = async (own: Own) => {
    const writing = new Overwriting(used, own);
    all.items.forEach((item) => writing.add(item));
    const patches = [...all.patches, ...writing.patches];
    const covered = patches.map(({ at, bytes }) => ({ from: at, to: at + bytes.length }));
    const emptied = without([...all.doomed, ...slack], [...used, ...covered, ...writing.fills]);
    return patched(source, patches, [...writing.fills, ...emptied]);
  };
  return { found, complete, parts };
}
