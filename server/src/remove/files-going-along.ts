import type { LinkAttribute } from '../links/model';
import { DEPTH } from '../links/linked-entry';
import type { UsageLookup } from '../usage/use';

type EntryLookup = Pick<UsageLookup, 'db' | 'getModel'>;

/** Relations for Strapi's query engine to load. Its own types do not know the models of projects. */
type Populate = Record<string, unknown>;
type Entry = Record<string, unknown>;

/** An entry, or one of its components, and its model. */
interface ModelEntry {
  uid: string;
  entry: Entry;
}

/**
 * Returns the ids of the files that are to be deleted together with entries: the files in attributes whose schema
 * says so (`pluginOptions.upload.deleteWithEntry`), also in components. Other entries may still use these files.
 *
 * @param where selects the entries: for a document, all its versions and languages
 */
export async function filesGoingAlong(
  uid: string,
  where: object,
  { db, getModel }: EntryLookup
): Promise<number[]> {
  const populate = populateOf(uid, getModel, DEPTH);
  if (!populate) {
    return [];
  }
  const rows: Entry[] = await db
    .query(uid)
    .findMany({ where, select: ['id'], populate: populate as object });
  const ids = rows.flatMap((row) => filesIn({ uid, entry: row }, getModel, DEPTH));
  return [...new Set(ids)];
}

const goesAlong = ({ type, pluginOptions }: LinkAttribute): boolean =>
  type === 'media' && pluginOptions?.upload?.deleteWithEntry === true;

/** Returns the paths from a model to all attributes whose files are deleted with the entry; null if there are none. */
function populateOf(
  uid: string,
  getModel: EntryLookup['getModel'],
  depth: number
): Populate | null {
  const populate: Populate = {};
  for (const [name, attribute] of Object.entries(getModel(uid)?.attributes ?? {})) {
    const inside = depth > 0 ? componentsOf(attribute) : [];
    const below = inside.flatMap((component): Array<[string, object]> => {
      const further = populateOf(component, getModel, depth - 1);
      return further ? [[component, { populate: further }]] : [];
    });
    const [first] = below;
    if (goesAlong(attribute)) {
      populate[name] = { select: ['id'] };
    } else if (first) {
      populate[name] =
        attribute.type === 'dynamiczone' ? { on: Object.fromEntries(below) } : first[1];
    }
  }
  return Object.keys(populate).length > 0 ? populate : null;
}

const componentsOf = ({ component, components }: LinkAttribute): readonly string[] =>
  components ?? (component ? [component] : []);

function filesIn(
  { uid, entry }: ModelEntry,
  getModel: EntryLookup['getModel'],
  depth: number
): number[] {
  return Object.entries(getModel(uid)?.attributes ?? {}).flatMap(([name, attribute]) => {
    const inside = [entry[name] ?? []].flat() as Entry[];
    if (goesAlong(attribute)) {
      return inside.map(({ id }) => Number(id));
    }
    const uidOf = ({ __component }: Entry) => (__component as string) ?? attribute.component;
    return depth > 0 && componentsOf(attribute).length > 0
      ? inside.flatMap((one) => filesIn({ uid: uidOf(one), entry: one }, getModel, depth - 1))
      : [];
  });
}
