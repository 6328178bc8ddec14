import { boxesIn, FULL_BYTES, insideFull, type Box, type Stretch } from '../../heif/boxes';
import { itemsIn, type Item } from '../../heif/items';
import type { Source } from '../../header/read-at';
import { SPACE, type Patch } from '../patches';
import { hasBoxes, IMAGES, PLAIN_NAMES, STAY, type BoxWithBoxes } from './staying';

/** Maximum number of boxes of all levels together. */
const MOST_BOXES = 50_000;

/** Parts of a file that are overwritten. */
export interface Private {
  /** Stretches that become zeros. */
  doomed: Stretch[];
  /** New bytes for the type fields of boxes, which become `free`, and for the names of items. */
  patches: Patch[];
  items: Item[];
}

/** Walks through the boxes that contain other boxes. */
export class Search {
  /** Items that stay in the file. */
  readonly kept: Item[] = [];
  /** Sample tables of tracks. */
  readonly tables: Box[] = [];
  /** Ranges of the boxes that describe where other data are. */
  readonly structure: Stretch[] = [];
  /** Ranges of samples and items, and of the unused bytes between them. */
  readonly data: Stretch[] = [];
  /** Whether samples are described in boxes that are not read here (`moof`). */
  hasFragments = false;
  /** Whether the search finds all private data; false if private data may lie in places that are not searched. */
  isKnown = true;
  private boxCount = 0;
  private readonly found: Private = { doomed: [], patches: [], items: [] };

  constructor(private readonly source: Source) {}

  /**
   * Walks through the whole file.
   *
   * @returns the parts to overwrite
   * @throws RangeError if the file is no HEIF, or has too many boxes or items
   */
  async file(): Promise<Private> {
    const boxes = await this.inside('file', { from: 0, to: this.source.size });
    if (boxes[0]?.type !== 'ftyp') {
      throw new RangeError('no HEIF file');
    }
    for (const box of boxes) {
      if (box.type === 'meta') {
        await this.meta(box);
      } else if (box.type === 'moov') {
        await this.below('moov', box);
      } else {
        this.structure.push(box.type === 'mdat' ? { from: box.from, to: box.body } : box);
        this.data.push(...(box.type === 'mdat' ? [{ from: box.body, to: box.to }] : []));
        this.hasFragments ||= box.type === 'moof';
      }
    }
    return this.found;
  }

  private async meta(box: Box): Promise<void> {
    this.structure.push({ from: box.from, to: box.body + FULL_BYTES });
    const boxes = await this.inside('meta', insideFull(box));
    for (const inner of boxes) {
      // The items decide which bytes of `idat` stay.
      const isData = inner.type === 'idat';
      this.structure.push(isData ? { from: inner.from, to: inner.body } : inner);
      if (inner.type === 'iprp') {
        await this.properties(inner);
      }
    }
    const { items, names, isWhole } = await itemsIn(this.source, boxes);
    // Other software may show an item that has no description as an image.
    this.isKnown &&= isWhole && items.every(({ type }) => type !== '');
    for (const item of items) {
      const stays = item.type === '' || IMAGES.has(item.type);
      (stays ? this.kept : this.found.items).push(item);
    }
    for (const { from, to, text, isLast } of names) {
      if (text !== '' && !PLAIN_NAMES.has(text)) {
        // A zero would end the name too early, and the next field would begin inside the name.
        const bytes = Buffer.alloc(to - from, isLast ? 0 : SPACE);
        this.found.patches.push({ at: from, bytes });
      }
    }
  }

  private async properties(box: Box): Promise<void> {
    for (const inner of await this.inside('iprp', { from: box.body, to: box.to })) {
      if (inner.type === 'ipco') {
        await this.inside('ipco', { from: inner.body, to: inner.to });
      }
    }
  }

  /** Walks through tracks down to their sample tables. */
  private async below(name: BoxWithBoxes, box: Box): Promise<void> {
    this.structure.push({ from: box.from, to: box.body });
    for (const inner of await this.inside(name, { from: box.body, to: box.to })) {
      if (inner.type === 'meta') {
        await this.meta(inner);
      } else if (hasBoxes(inner.type)) {
        await this.below(inner.type, inner);
      } else {
        this.structure.push(inner);
        this.tables.push(...(inner.type === 'stbl' ? [inner] : []));
      }
    }
  }

  /** Returns the boxes that stay. Notes that the other boxes, and bytes that are no box, must be emptied. */
  private async inside(name: BoxWithBoxes, stretch: Stretch): Promise<Box[]> {
    const boxes = await boxesIn(this.source, stretch);
    this.boxCount += boxes.length;
    if (this.boxCount > MOST_BOXES) {
      throw new RangeError('too many boxes');
    }
    const staying = boxes.filter(({ type }) => STAY[name].has(type));
    for (const box of boxes) {
      if (!STAY[name].has(box.type)) {
        this.found.patches.push({ at: box.from + 4, bytes: Buffer.from('free', 'latin1') });
        this.found.doomed.push({ from: box.body, to: box.to });
      }
    }
    this.found.doomed.push({ from: boxes.at(-1)?.to ?? stretch.from, to: stretch.to });
    return staying;
  }
}
