import { FILE_UID } from '../config/constants';

/** The part of a schema that tells which attributes can hold files. */
export interface EntryModel {
  attributes: Record<string, EntryAttribute>;
}

interface EntryAttribute {
  type: string;
  /** Uid of the component. */
  component?: string;
  /** Uid of the related model. In a morph relation, each value names its model itself, as `__type`. */
  target?: string;
}

type Entry = Record<string, unknown>;
type UidOf = (entry: Entry) => string | undefined;

/** Copied entries, and all files in the copy. The caller may change these files in place. */
export interface EntryCopy {
  copy: unknown;
  files: Entry[];
}

/**
 * Copies entries and finds the files in them, at any depth of components, dynamic zones and relations. Only
 * populated attributes are searched.
 *
 * @param value one entry or several of the model `uid`, or another value in its place, such as null
 */
export function copyEntries(
  value: unknown,
  uid: string,
  getModel: (uid: string) => EntryModel | undefined
): EntryCopy {
  const files: Entry[] = [];

  const copyEach = (value: unknown, uidOf: UidOf): unknown => {
    if (Array.isArray(value)) {
      return value.map((one) => copyEach(one, uidOf));
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const uid = uidOf(value as Entry);
    const entry = copyOne(value as Entry, uid);
    if (uid === FILE_UID) {
      files.push(entry);
    }
    return entry;
  };

  const copyOne = (entry: Entry, uid: string | undefined): Entry => {
    const attributes = (uid && getModel(uid)?.attributes) || {};
    const copy = { ...entry };
    for (const [key, value] of Object.entries(entry)) {
      const attribute = attributes[key];
      if (attribute && HOLDERS.has(attribute.type)) {
        copy[key] = copyEach(value, (one) => modelOf(attribute, one));
      }
    }
    return copy;
  };

  return { copy: copyEach(value, () => uid), files };
}

/** Types of the attributes that can hold files or other entries. */
const HOLDERS = new Set(['media', 'component', 'dynamiczone', 'relation']);

/** Uid of the model of an entry in an attribute. */
function modelOf({ type, component, target }: EntryAttribute, entry: Entry): string | undefined {
  switch (type) {
    case 'media':
      return FILE_UID;
    case 'component':
      return component;
    case 'dynamiczone':
      return entry.__component as string | undefined;
    default:
      return target ?? (entry.__type as string | undefined);
  }
}
