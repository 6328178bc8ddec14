import type { Stretch } from '../../heif/boxes';
import type { Item } from '../../heif/items';
import type { Own } from '../apart';
import { bytesIn, joined, withoutJoined } from '../intervals';
import type { Fill, Patch } from '../patches';
import { replacementOf } from './metadata-items';

/** Maximum number of pieces of the items that are overwritten: each piece is compared with all bytes that stay. */
export const MOST_PIECES = 2000;

/** Collects the changes that overwrite items: patches for the beginnings of items, and fills for the rest. */
export class Overwriting {
  readonly patches: Patch[] = [];
  readonly fills: Fill[] = [];
  /** Stretches that were already overwritten for an earlier item. */
  private taken: Stretch[] = [];

  /** @param used stretches of bytes that stay, sorted and joined */
  constructor(
    private readonly used: readonly Stretch[],
    private readonly own: Own
  ) {}

  /**
   * Adds the changes that overwrite an item.
   *
   * @throws RangeError if the item is split into too many pieces by bytes that stay
   */
  add(item: Item): void {
    const { extents } = item;
    const places = withoutJoined(withoutJoined(joined(extents), this.used), this.taken);
    if (places.length + this.taken.length > MOST_PIECES) {
      throw new RangeError('metadata in too many pieces');
    }
    // A new beginning is written only if the item lies in one piece and none of its bytes stay.
    const [only] = places;
    const isPlain = extents.length === 1 && places.length === 1;
    const { head: said, byte } = replacementOf(item, this.own);
    const head = isPlain && bytesIn(places) === bytesIn(extents) ? said : Buffer.alloc(0);
    const fits = only && head.length > 0 && head.length <= only.to - only.from;
    if (fits) {
      this.patches.push({ at: only.from, bytes: head });
    }
    const rest = fits ? [{ from: only.from + head.length, to: only.to }] : places;
    this.fills.push(...rest.map((place) => ({ ...place, byte })));
    this.taken = joined([...this.taken, ...places]);
  }
}
