import type { Stretch } from '../../heif/boxes';
import { samplesIn } from '../../heif/samples';
import type { Source } from '../../header/read-at';
import type { Search } from './search';

/** Maximum number of chunks of all tracks. */
const MOST_CHUNKS = 30_000;

/**
 * The bytes that image items and tracks use. Call it after the search.
 *
 * @throws RangeError for too many chunks
 */
export async function usedBy({ kept, tables }: Search, source: Source): Promise<Stretch[]> {
  const used = kept.flatMap((item) => item.extents);
  const samples: Stretch[][] = [];
  let chunks = 0;
  for (const table of tables) {
    const found = await samplesIn(source, table);
    samples.push(found);
    chunks += found.length;
    if (chunks > MOST_CHUNKS) {
      throw new RangeError('too many samples');
    }
  }
  return used.concat(samples.flat());
}
