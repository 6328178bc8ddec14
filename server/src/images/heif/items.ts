import type { Source } from '../header/read-at';
import { boxesIn, contentOf, FULL_BYTES, insideFull, type Box, type Stretch } from './boxes';

/** An item of a `meta` box (ISO/IEC 14496-12, 8.11): an image, a part of one, or metadata. */
export interface Item {
  id: number;
  /** Type of the item: four characters. Empty if the item has no description, or two different descriptions. */
  type: string;
  /** Whether the item is an XMP packet. */
  isXmp: boolean;
  /** Where the item's bytes are in the file, in their order; empty if the bytes are built from another item. */
  extents: Stretch[];
  /** Number of the item's bytes that would lie beyond the end of the file. */
  missing: number;
}

/** The name of an item, and its place in the file, without its terminating zero. */
export interface ItemName extends Stretch {
  text: string;
  /** Whether the name is the last field of its box. */
  isLast: boolean;
}

export interface Items {
  items: Item[];
  names: ItemName[];
  /** Whether the bytes of all items are in the file; false if the bytes of some item are built from another item. */
  isWhole: boolean;
}

/** Maximum number of bytes of the box that lists where items are, and of a box that describes one item. */
const LOCATIONS_BYTES = 1024 * 1024;
const ENTRY_BYTES = 64 * 1024;

/** Maximum number of extents of all items together. */
const MOST_EXTENTS = 30_000;

const XMP_TYPE = 'application/rdf+xml';

/**
 * Numbers of the methods that say where an item's bytes are (ISO/IEC 14496-12, 8.11.3): in the file, or in the box
 * `idat`.
 */
const IN_FILE = 0;
const IN_DATA = 1;

/**
 * The items that the boxes inside a `meta` box describe.
 *
 * @throws RangeError if boxes are cut off or exceed the limits
 */
export async function itemsIn(source: Source, boxes: readonly Box[]): Promise<Items> {
  const named = (type: string) => boxes.find((box) => box.type === type);
  const [info, location, data] = [named('iinf'), named('iloc'), named('idat')];
  const described = info ? await entriesOf(source, info) : [];
  const types = new Map<number, Pick<Item, 'type' | 'isXmp'>>();
  for (const { id, type, isXmp } of described) {
    // Decoders differ in which of two descriptions they use, so an item that has two counts as not described.
    const isSame = (types.get(id)?.type ?? type) === type;
    types.set(id, isSame ? { type, isXmp } : NOT_DESCRIBED);
  }
  const located = location ? await locate(source, location, data) : [];
  const items = located.map(({ id, extents, missing }): Item => {
    return { id, ...(types.get(id) ?? NOT_DESCRIBED), extents, missing };
  });
  const isWhole = located.every((item) => item.isDirect);
  return { items, names: described.map(({ name }) => name), isWhole };
}

const NOT_DESCRIBED = { type: '', isXmp: false };

interface Described extends Pick<Item, 'id' | 'type' | 'isXmp'> {
  name: ItemName;
}

async function entriesOf(source: Source, info: Box): Promise<Described[]> {
  const { from, to } = insideFull(info);
  const [version = 0] = await source.read(info.body, 1);
  const countBytes = version === 0 ? 2 : 4;
  const entries: Described[] = [];
  for (const box of await boxesIn(source, { from: from + countBytes, to })) {
    if (box.type === 'infe') {
      entries.push(describe(await contentOf(source, box, ENTRY_BYTES), box));
    }
  }
  return entries;
}

/** Reads an entry of version 2 or 3 (ISO/IEC 14496-12, 8.11.6). Entries of older versions have only MIME types. */
function describe(bytes: Buffer, { body }: Box): Described {
  const version = bytes.readUInt8(0);
  const idBytes = version === 3 ? 4 : 2;
  const id = bytes.readUIntBE(FULL_BYTES, idBytes);
  const typeAt = FULL_BYTES + idBytes + 2;
  const nameAt = version >= 2 ? typeAt + 4 : typeAt;
  const type = version >= 2 ? bytes.toString('latin1', typeAt, nameAt) : 'mime';
  const end = endOfText(bytes, nameAt);
  const content = bytes.toString('latin1', end + 1, endOfText(bytes, end + 1));
  const text = bytes.toString('latin1', nameAt, end);
  const name = { from: body + nameAt, to: body + end, text, isLast: end + 1 >= bytes.length };
  return { id, type, isXmp: type === 'mime' && content === XMP_TYPE, name };
}

function endOfText(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(0, from);
  return end < 0 ? bytes.length : end;
}

interface Located extends Pick<Item, 'id' | 'extents' | 'missing'> {
  isDirect: boolean;
}

async function locate(source: Source, box: Box, data: Box | undefined): Promise<Located[]> {
  const fields = new Fields(await contentOf(source, box, LOCATIONS_BYTES));
  const version = fields.take(1);
  fields.take(3);
  const sizes = fields.take(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const idBytes = version === 2 ? 4 : 2;
  const count = fields.take(idBytes);
  const located: Located[] = [];
  let extentsLeft = MOST_EXTENTS;
  for (let index = 0; index < count; index += 1) {
    const id = fields.take(idBytes);
    const method = version === 0 ? IN_FILE : fields.take(2) & 15;
    // Skips the index of the file that holds the bytes. Decoders (libheif 1.23) always read this file, whatever the
    // index.
    fields.take(2);
    const within = placeOf(method, source, data);
    const base = fields.take(baseBytes);
    const extentCount = fields.take(2);
    extentsLeft -= extentCount;
    if (extentsLeft < 0) {
      throw new RangeError('too many extents of items');
    }
    const extents: Stretch[] = [];
    let missing = 0;
    for (let extent = 0; extent < extentCount; extent += 1) {
      fields.take(indexBytes);
      const offset = base + fields.take(offsetBytes);
      const length = fields.take(lengthBytes);
      extents.push(...(within ? [extentIn(within, offset, length)] : []));
      const end = within ? within.from + offset + length : 0;
      missing += within ? Math.max(0, Math.min(end - within.to, length)) : 0;
    }
    located.push({ id, extents, missing, isDirect: within !== null });
  }
  return located;
}

/** The range of bytes to which an item's offsets are relative; null if the item's bytes are built from another item. */
function placeOf(method: number, { size }: Source, data: Box | undefined): Stretch | null {
  if (method === IN_FILE) {
    return { from: 0, to: size };
  }
  return method === IN_DATA && data ? { from: data.body, to: data.to } : null;
}

/** The range of one extent. A length of zero means everything up to the end (ISO/IEC 14496-12, 8.11.3.1). */
function extentIn(within: Stretch, offset: number, length: number): Stretch {
  const from = Math.min(within.from + offset, within.to);
  return { from, to: length === 0 ? within.to : Math.min(from + length, within.to) };
}

/** Reads numbers of any width one after another from a buffer. */
export class Fields {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** @throws RangeError if the buffer ends before the number, or the width is invalid */
  take(width: number): number {
    const { at, bytes } = this;
    this.at += width;
    if (width === 0) {
      return 0;
    }
    if (width !== 3 && width !== 8 && width !== 1 && width !== 2 && width !== 4) {
      throw new RangeError('a number of no width');
    }
    return width === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, width);
  }
}
