import { writeExif } from '../header/exif';
import { boxesIn, FULL_BYTES, insideFull, type Box, type Stretch } from '../heif/boxes';
import { itemsIn, type Item } from '../heif/items';
import { samplesIn } from '../heif/samples';
import type { Source } from '../header/read-at';
import type { Apart, Own } from './apart';
import { Found, LOOKED_AT } from './found';
import { bytesIn, joined, without, withoutJoined } from './intervals';
import { patched, type Fill, type Patch } from './patches';

/** Boxes that stay, by where they lie (ISO/IEC 14496-12; ISO/IEC 23008-12); `free` ones are emptied. */
const STAY = {
  file: words('ftyp styp meta moov mdat moof sidx mfra pdin'),
  meta: words('hdlr pitm iinf iloc iprp iref idat grpl dinf ipro'),
  iprp: words('ipco ipma'),
  ipco: words(
    'ispe pixi colr hvcC av1C avcC vvcC evcC lhvC irot imir clap pasp auxC rloc lsel oinf tols a1op a1lx ' +
      'clli mdcv cclv amve reve ndwt rref jpgC j2kH uncC cmpd subs iscl fpac cpat disp'
  ),
  moov: words('mvhd trak mvex meta'),
  trak: words('tkhd mdia edts tref trgr meta'),
  mdia: words('mdhd hdlr minf elng'),
  minf: words('vmhd smhd nmhd sthd hdlr dinf stbl'),
};

/** A box that is looked into, or the file itself. */
type Container = keyof typeof STAY;

const isContainer = (type: string): type is Container => type in STAY;

/** Kinds of items that are pictures, or are made of pictures. */
const PICTURES = words(
  'hvc1 lhv1 av01 avc1 vvc1 evc1 jpeg j2k1 unci mski grid iovl iden tmap hvt1'
);

/** Most items that are written over, and pieces that they lie in: each is looked for among all that stays. */
const MOST_PRIVATE = 200;
const MOST_PIECES = 2000;

/** Most boxes in all levels, and most chunks of all tracks. */
const MOST_BOXES = 50_000;
const MOST_CHUNKS = 30_000;

/** Names that encoders give to items. */
const PLAIN_NAMES = words('Color Alpha Depth GMap Image Exif XMP');

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** What takes the place of an XMP packet; spaces follow. */
const EMPTY_XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>';

const SPACE = 0x20;

/** Offset of EXIF's header behind these four bytes (ISO/IEC 23008-12, A.2.1). */
const EXIF_OFFSET_BYTES = 4;

/** What of a file is written over. */
interface Private {
  /** Becomes zeros. */
  doomed: Stretch[];
  /** Types of boxes that become `free`, and names of items. */
  patches: Patch[];
  items: Item[];
}

/**
 * Takes HEIC, AVIF and their sequences apart. They keep their length, since offsets go through all of it: boxes that may
 * not stay become `free` and zeros, EXIF and XMP are written over, but for bytes that a picture uses too. The EXIF block that
 * is written holds no orientation: viewers go by `irot` and `imir`.
 *
 * @throws RangeError for what is no such file, or has more boxes or items than are looked at
 */
export async function takeHeifApart(source: Source): Promise<Apart> {
  const found = new Found();
  const search = new Search(source);
  const all = await search.file();
  const pictures = await usedBy(search, source);
  const used = joined([...search.structure, ...pictures]);
  for (const item of all.items) {
    await look(item, source, found);
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
  // Nothing tells here of what fragments use.
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

/** Bytes of pictures' items and of tracks. */
async function usedBy({ kept, tables }: Search, source: Source): Promise<Stretch[]> {
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

/** Goes through the boxes that hold others. */
class Search {
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
    // What is not described may be a picture to others.
    this.isKnown &&= isWhole && items.every(({ type }) => type !== '');
    for (const item of items) {
      const stays = item.type === '' || PICTURES.has(item.type);
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
  private async below(name: Container, box: Box): Promise<void> {
    this.structure.push({ from: box.from, to: box.body });
    for (const inner of await this.inside(name, { from: box.body, to: box.to })) {
      if (inner.type === 'meta') {
        await this.meta(inner);
      } else if (isContainer(inner.type)) {
        await this.below(inner.type, inner);
      } else {
        this.structure.push(inner);
        this.tables.push(...(inner.type === 'stbl' ? [inner] : []));
      }
    }
  }

  /** The boxes that stay; the others are to become empty, and what is no box too. */
  private async inside(name: Container, stretch: Stretch): Promise<Box[]> {
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

async function look(item: Item, { read }: Source, found: Found): Promise<void> {
  const pieces: Buffer[] = [];
  let left = LOOKED_AT;
  for (const { from, to } of item.extents) {
    const piece = await read(from, Math.min(to - from, left));
    pieces.push(piece);
    left -= piece.length;
  }
  const bytes = Buffer.concat(pieces);
  if (item.type === 'Exif' && bytes.length > EXIF_OFFSET_BYTES) {
    found.exif(bytes.subarray(EXIF_OFFSET_BYTES + bytes.readUInt32BE(0)));
  } else if (item.isXmp) {
    found.xmp(bytes);
  }
}

/** What is written over items: their beginnings, and what fills the rest. */
class Overwriting {
  readonly patches: Patch[] = [];
  readonly fills: Fill[] = [];
  /** Bytes that an item was written over by now. */
  private taken: Stretch[] = [];

  /** @param used bytes that stay, joined */
  constructor(
    private readonly used: readonly Stretch[],
    private readonly own: Own
  ) {}

  /** @throws RangeError where an item lies between too many bytes that stay */
  add({ type, isXmp, extents }: Item): void {
    const places = withoutJoined(withoutJoined(joined(extents), this.used), this.taken);
    if (places.length + this.taken.length > MOST_PIECES) {
      throw new RangeError('metadata in too many pieces');
    }
    // Its bytes may lie in several places, and some of them may stay: then nothing can begin there.
    const [only] = places;
    const isPlain = extents.length === 1 && places.length === 1;
    const said = this.headOf(type, isXmp);
    const head = isPlain && bytesIn(places) === bytesIn(extents) ? said : Buffer.alloc(0);
    const fits = only && head.length > 0 && head.length <= only.to - only.from;
    if (fits) {
      this.patches.push({ at: only.from, bytes: head });
    }
    const byte = isXmp ? SPACE : 0;
    const rest = fits ? [{ from: only.from + head.length, to: only.to }] : places;
    this.fills.push(...rest.map((place) => ({ ...place, byte })));
    this.taken = joined([...this.taken, ...places]);
  }

  private headOf(type: string, isXmp: boolean): Buffer {
    if (type === 'Exif') {
      const block = writeExif({ ...this.own, orientation: 1 });
      return Buffer.concat([Buffer.alloc(EXIF_OFFSET_BYTES), block]);
    }
    return Buffer.from(isXmp ? EMPTY_XMP : '');
  }
}
