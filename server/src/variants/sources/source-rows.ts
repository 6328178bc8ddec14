import { onTable } from '../../database/on-table';
import type { Database } from '../../database/transactions';
import { FILE_UID } from '../../config/constants';
import { isKey, keyAt, storedUrl } from '../../storage/local-url';
import { keyOf, type StoredObject } from '../../storage/port';
import type { FileFormat, FileRow, FocalPoint } from '../../types/rows';
import { storedObjects } from '../../storage/stored-objects';
import { Lru } from '../../util/lru';
import { SharedWork } from '../shared-work';

/** The stored object that a URL names. */
export interface ObjectKey {
  /** Name of the object in its folder, or with another provider `<hash><ext>`. */
  key: string;
  isPrivate: boolean;
}

/** An object that a provider keeps, and not the local disk. */
export interface RemoteObject extends StoredObject {
  /** Name of the provider that keeps it. */
  provider: string;
  /** Changes with each change of the row. */
  version: string;
}

/** The part of a row of `files` that variants need. */
export interface FoundRow {
  fileId: number;
  hash: string;
  mime: string;
  focalPoint: FocalPoint | null;
  /** Sizes of the file: their keys, and their widths in pixels. */
  sizes: Array<{ key: string; width: number }>;
  /** The object, if a provider keeps it; null for an object of the local disk. */
  remote: RemoteObject | null;
}

/** Longest name that an object can have, in characters, because no file system has longer ones. */
const LONGEST_KEY = 255;

/** Number of objects without a row that are remembered. */
const MOST_MISSING = 1000;

/** Number of objects whose row is kept in memory, each with one to five kilobytes. */
const MOST = 10_000;

/**
 * How long a row counts without a look at the database, in ms. Changes by this process count at once; those of other
 * instances after this time.
 */
const ROW_LIFE = 10_000;

/** The rows of the files to which objects belong. Known rows cost no query. */
export class SourceRows {
  private readonly rows = new Lru<{ row: FoundRow; at: number }>(MOST);
  /** Objects without a row, apart from the others, so that requests for unknown names forget no known row. */
  private readonly missing = new Lru<{ row: null; at: number }>(MOST_MISSING);
  private readonly reading = new SharedWork<FoundRow | null>();
  /** Keys of the objects of a file, so that a change of the file can forget them. */
  private readonly keysOf = new Map<number, Set<string>>();
  private changes = 0;

  constructor(private readonly deps: { db: Database; now(): number }) {}

  /** Returns the row of an object; null if the object belongs to no file. */
  async of(object: ObjectKey): Promise<FoundRow | null> {
    if (object.key.length > LONGEST_KEY || !isKey(object.key)) {
      return null;
    }
    const url = storedUrl(object.key, object.isPrivate);
    const known = this.rows.get(url) ?? this.missing.get(url);
    if (known && this.deps.now() - known.at < ROW_LIFE) {
      return known.row;
    }
    // A request after a change must not get the row from before it.
    return this.reading.join(`${this.changes} ${url}`, () => this.read(object, url));
  }

  private async read(object: ObjectKey, url: string): Promise<FoundRow | null> {
    const { changes } = this;
    const at = this.deps.now();
    const row = await findRow(this.deps.db, object);
    // A row that was read during a change may be the one before it.
    if (changes === this.changes) {
      if (row) {
        this.rows.set(url, { row, at });
        this.remember(row.fileId, url);
      } else {
        this.rows.delete(url);
        this.missing.set(url, { row, at });
      }
    }
    return row;
  }

  /** Returns the row of an object as it is in the database now. */
  now(object: ObjectKey): Promise<FoundRow | null> {
    return findRow(this.deps.db, object);
  }

  /** Forgets the rows of files, after a change. */
  forget(fileIds: readonly number[]): void {
    // A row that is being read may be the one before the change.
    this.changes += 1;
    for (const id of fileIds) {
      this.keysOf.get(id)?.forEach((key) => this.rows.delete(key));
      this.keysOf.delete(id);
    }
    // The file of an object that had none may be there now.
    this.missing.clear();
  }

  private remember(fileId: number, url: string): void {
    if (this.keysOf.size > MOST) {
      // Rows of forgotten files are read again after their time anyway.
      this.keysOf.clear();
      this.rows.clear();
    }
    const keys = this.keysOf.get(fileId) ?? new Set();
    this.keysOf.set(fileId, keys.add(url));
  }
}

/** Number of underscores in a key at which the key of a file may begin or end. */
const MOST_PARTS = 12;

/**
 * Keys of files to which an object may belong: the object itself, or a size of the file. A size has the key of its file
 * between the name of the size and, with versioned URLs, a random end.
 */
function keysOfFile(key: string): string[] {
  const base = key.replace(/\.[^.]*$/, '');
  const parts = base.split('_');
  const starts = Array.from({ length: Math.min(parts.length, MOST_PARTS) }, (_, index) => index);
  return [
    ...starts.map((start) => parts.slice(start).join('_')),
    ...starts.slice(1).map((start) => parts.slice(start, -1).join('_')),
    key,
  ].filter(Boolean);
}

const COLUMNS = ['id', 'hash', 'ext', 'mime', 'url', 'formats', 'focal_point', 'provider'];

type Columns = Record<string, unknown>;

async function findRow(db: Database, object: ObjectKey): Promise<FoundRow | null> {
  const { tableName } = db.metadata.get(FILE_UID);
  // The column `hash` has an index, so this reads a few rows of any number.
  const rows: Columns[] = await onTable(db, tableName, (table) =>
    table()
      .whereIn('hash', keysOfFile(object.key))
      .select(...COLUMNS)
  );
  const local = rows.find((row) => objectsIn(row).some(isLocal(object)));
  if (local) {
    return localRow(local, object);
  }
  const remote = object.isPrivate ? undefined : rows.find((row) => isRemote(row, object.key));
  return remote ? remoteRow(db, Number(remote.id), object.key) : null;
}

/** The columns that a file and its sizes have in common. */
type OneObject = Pick<FileFormat, 'hash' | 'ext' | 'mime' | 'url'>;

const objectsIn = (row: Columns): OneObject[] => [
  {
    ...{ hash: String(row.hash), ext: String(row.ext ?? '') },
    ...{ mime: String(row.mime), url: String(row.url) },
  },
  ...Object.values(formatsOf(row)),
];

const isLocal = ({ key, isPrivate }: ObjectKey) => {
  const stored = storedUrl(key, isPrivate);
  return ({ url }: OneObject) => url === stored;
};

function localRow(row: Columns, object: ObjectKey): FoundRow {
  const mime = String(objectsIn(row).find(isLocal(object))?.mime);
  const sizes = Object.values(formatsOf(row)).flatMap(({ url, width }) => {
    const place = keyAt(url);
    return place?.isPrivate === object.isPrivate ? [{ key: place.key, width }] : [];
  });
  return {
    ...{ fileId: Number(row.id), hash: String(row.hash), mime },
    focalPoint: jsonOf<FocalPoint>(row.focal_point),
    ...{ sizes, remote: null },
  };
}

/** Whether another provider keeps an object. Its URL may be any, so its key is `<hash><ext>`. */
const isRemote = (row: Columns, key: string): boolean =>
  row.provider !== 'local' && objectsIn(row).some((one) => keyOf(one) === key && !keyAt(one.url));

async function remoteRow(db: Database, id: number, key: string): Promise<FoundRow | null> {
  const row = (await db.query(FILE_UID).findOne({ where: { id } })) as FileRow | null;
  const object = row && storedObjects(row).find((one) => keyOf(one) === key);
  if (!row || !object) {
    return null;
  }
  const { hash, focalPoint, provider } = row;
  return {
    ...{ fileId: row.id, hash, mime: object.mime, focalPoint },
    sizes: Object.values(row.formats ?? {}).map((size) => ({
      key: keyOf(size),
      width: size.width,
    })),
    remote: { ...object, provider, version: JSON.stringify([row.updatedAt, row.url, row.size]) },
  };
}

const formatsOf = (row: Columns): Record<string, FileFormat> =>
  jsonOf<Record<string, FileFormat>>(row.formats) ?? {};

/** A JSON column, which some databases return as text. */
const jsonOf = <T>(value: unknown): T | null =>
  (typeof value === 'string' ? JSON.parse(value) : (value ?? null)) as T | null;
