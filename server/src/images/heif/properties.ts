import type { Source } from '../header/read-at';
import { boxesIn, contentOf, type Box } from './boxes';
import { Fields } from './items';

/** How the items of a `meta` box refer to each other, and the boxes that describe them. */
export interface Properties {
  /** Id of the item that is the main image. */
  primary: number;
  /**
   * Ids of the items to which an item refers, for example the tiles of a grid by `dimg` (ISO/IEC 14496-12, 8.11.12).
   */
  referencesOf(id: number, type: string): readonly number[];
  /** The boxes that describe an item, such as `ispe` and `colr` (ISO/IEC 23008-12, 9.3). */
  of(id: number): readonly Box[];
}

/** Maximum number of bytes of one table. A table for 1,000 tiles has about 20,000. */
const MOST_BYTES = 2 ** 20;

/** Maximum number of items that a table may list. */
const MOST_ITEMS = 10_000;

/**
 * Reads the tables that hold the references and properties of items.
 *
 * @param boxes the boxes in `meta`
 * @throws RangeError if tables are cut off or implausibly large
 */
export async function propertiesIn(source: Source, boxes: readonly Box[]): Promise<Properties> {
  const table = async (type: string) => {
    const box = boxes.find((one) => one.type === type);
    return box ? new Table(await contentOf(source, box, MOST_BYTES)) : null;
  };
  const pitm = await table('pitm');
  const references = readReferences(await table('iref'));
  const properties = await readProperties(
    source,
    boxes.find(({ type }) => type === 'iprp')
  );
  return {
    primary: pitm ? pitm.take(pitm.version === 0 ? 2 : 4) : 0,
    referencesOf: (id, type) => references.get(`${id} ${type}`) ?? [],
    of: (id) => properties.get(id) ?? [],
  };
}

/** Reads the fields of a full box, version and flags first (ISO/IEC 14496-12, 4.2.2). */
class Table extends Fields {
  readonly version = this.take(1);
  readonly flags = this.take(3);

  /**
   * Reads the number of items in a list.
   *
   * @throws RangeError for an implausibly large count
   */
  count(width: number): number {
    const value = this.take(width);
    if (value > MOST_ITEMS) {
      throw new RangeError('too many items');
    }
    return value;
  }
}

/** Returns the references, by item and type. */
function readReferences(iref: Table | null): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const idBytes = iref?.version === 0 ? 2 : 4;
  while (iref && !iref.isAtEnd) {
    iref.take(4);
    const type = Buffer.from([1, 1, 1, 1].map((width) => iref.take(width))).toString('latin1');
    const key = `${iref.take(idBytes)} ${type}`;
    const to = found.get(key) ?? [];
    for (let count = iref.count(2); count > 0; count -= 1) {
      to.push(iref.take(idBytes));
    }
    found.set(key, to);
  }
  return found;
}

/** Returns the boxes of `ipco` by item, as `ipma` assigns them. */
async function readProperties(source: Source, iprp: Box | undefined): Promise<Map<number, Box[]>> {
  const found = new Map<number, Box[]>();
  const boxes = iprp ? await boxesIn(source, { from: iprp.body, to: iprp.to }) : [];
  const ipco = boxes.find(({ type }) => type === 'ipco');
  const known = ipco ? await boxesIn(source, { from: ipco.body, to: ipco.to }) : [];
  for (const box of boxes.filter(({ type }) => type === 'ipma')) {
    const ipma = new Table(await contentOf(source, box, MOST_BYTES));
    const isWide = (ipma.flags & 1) === 1;
    for (let items = ipma.count(4); items > 0; items -= 1) {
      const id = ipma.take(ipma.version < 1 ? 2 : 4);
      const properties = found.get(id) ?? [];
      for (let count = ipma.take(1); count > 0; count -= 1) {
        // The highest bit marks a property that a reader must support.
        const index = ipma.take(isWide ? 2 : 1) & (isWide ? 0x7fff : 0x7f);
        const property = known[index - 1];
        properties.push(...(property ? [property] : []));
      }
      found.set(id, properties);
    }
  }
  return found;
}
