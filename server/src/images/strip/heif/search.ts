import { boxesIn, FULL_BYTES, insideFull, type Box, type Stretch } from '../../heif/boxes';
import { itemsIn, type Item } from '../../heif/items';
import type { Source } from '../../header/read-at';
import { SPACE, type Patch } from '../patches';
import { hasBoxes, IMAGES, PLAIN_NAMES, STAY, type BoxWithBoxes } from './staying';

/** Most boxes in all levels. */
const MOST_BOXES = 50_000;

/** What of a file is written over. */
export interface Private {
  /** Becomes zeros. */
  doomed: Stretch[];
  /** Types of boxes that become `free`, and names of items. */
  patches: Patch[];
  items: Item[];
}

/** Goes through the boxes that hold others. */
export class Search {
  /** Items that stay. */
  readonly kept: Item[] = [];
  /** Sample tables of tracks. */
  readonly tables: Box[] = [];
  /** Bytes of boxes that say what is where. */
  readonly structure: Stretch[] = [];
  /** Bytes of samples and items, and what lies between them. */
  readonly data: Stretch[] = [];
  /** Whether samples are told of in boxes that are not looked into. */
  hasFragments = false;
  /** False where something private lies where it is not looked for. */
  isKnown = true;
  private boxCount = 0;
  private readonly found: Private = { doomed: [], patches: [], items: [] };

  constructor(private readonly source: Source) {}

  /**
   * Goes through the whole file.
   *
   * @returns what is written over
   * @throws RangeError for what is no such file, or has more boxes or items than are looked at
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
      // What of `idat` stays is told by its items.
      const isData = inner.type === 'idat';
      this.structure.push(isData ? { from: inner.from, to: inner.body } : inner);
      if (inner.type === 'iprp') {
        await this.properties(inner);
      }
    }
    const { items, names, isWhole } = await itemsIn(this.source, boxes);
    // What is not described may be an image to others.
    this.isKnown &&= isWhole && items.every(({ type }) => type !== '');
    for (const item of items) {
      const stays = item.type === '' || IMAGES.has(item.type);
      (stays ? this.kept : this.found.items).push(item);
    }
    for (const { from, to, text, isLast } of names) {
      if (text !== '' && !PLAIN_NAMES.has(text)) {
        // A zero would end the name, and begin what follows it.
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

  /** Tracks, down to their tables. */
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

  /** The boxes that stay; the others are to become empty, and what is no box too. */
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
