import { TEXT_BYTES } from '../../header/exif';
import type { Source } from '../../header/read-at';
import { Found, LOOKED_AT } from '../found';
import type { Directory } from './file';
import { TAG } from './tags';

/** The rights that a page holds. */
export async function foundIn(page: Directory, { read }: Source): Promise<Found> {
  const found = new Found();
  // If a tag occurs several times, only its last entry is read.
  const entries = new Map(page.entries.map((entry) => [entry.tag, entry]));
  for (const { tag, values } of entries.values()) {
    if (tag === TAG.artist || tag === TAG.copyright) {
      const bytes = await read(values.from, Math.min(values.to - values.from, TEXT_BYTES));
      const text = bytes.toString('utf8').replaceAll('\0', ' ').trim();
      found.tags(tag === TAG.artist ? { artist: text } : { copyright: text });
    } else if (tag === TAG.xmp) {
      await found.read('xmp', read, values);
    } else if (tag === TAG.iptc) {
      await found.read('iptc', read, values);
    } else if (tag === TAG.photoshop) {
      const resources = await read(values.from, Math.min(values.to - values.from, LOOKED_AT));
      found.iptc(Buffer.concat([Buffer.from('Photoshop 3.0\0'), resources]));
    }
  }
  return found;
}
