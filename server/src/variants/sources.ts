import { stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import type { Database } from '../database/transactions';
import { FILE_UID } from '../config/constants';
import { probe, isProcessed, type Image } from '../images/header/probe';
import { pixelsOf } from '../images/plan/plan';
import { keyAt, storedUrl } from '../storage/local-url';
import { codeOf } from '../storage/disk';
import type { FocalPoint } from '../types/rows';
import { Lru } from '../util/lru';
import type { Original } from './plan-variant';

/** The stored object that a URL names. */
export interface ObjectKey {
  /** Name of the object in its folder. */
  key: string;
  isPrivate: boolean;
}

/** An object that can be transformed. */
export interface Source extends Original {
  /** Id of the file to which the object belongs. */
  fileId: number;
  object: ObjectKey;
  /** Key of the file without its extension. */
  hash: string;
  /** Absolute path of the bytes. */
  path: string;
  /** Size in bytes. */
  bytes: number;
  /** Sizes of the file that are stored beside the object: their keys, and their widths in pixels. */
  sizes: Array<{ key: string; width: number }>;
}

/** The part of a row of `files` that variants need. */
interface FoundRow {
  fileId: number;
  hash: string;
  mime: string;
  focalPoint: FocalPoint | null;
  sizes: Source['sizes'];
}

interface SourcesDeps {
  db: Database;
  /** Absolute path of a stored object; null if there is no folder for it. */
  pathOf(object: ObjectKey): string | null;
  /** Limits above which an image is not transformed. */
  limits(): { maxPixels: number; maxBytes: number };
  now(): number;
}

/** Number of objects whose row and header are kept in memory, each with about a kilobyte. */
const MOST = 10_000;

/**
 * How long a row counts without a look at the database, in ms. Changes by this process count at once; those of other
 * instances after this time. (A change of the bytes always counts at once.)
 */
const ROW_LIFE = 10_000;

/** Finds the image that a URL names, and what a variant needs to know of it. A hit asks no database. */
export class Sources {
  private readonly rows = new Lru<{ row: FoundRow | null; at: number }>(MOST);
  private readonly images = new Lru<Promise<Image | null>>(MOST);
  /** Keys of the objects of a file, so that a change of the file can forget them. */
  private readonly keysOf = new Map<number, Set<string>>();
  private changes = 0;

  constructor(private readonly deps: SourcesDeps) {}

  /** Returns an object; null if it does not exist, belongs to no file, or cannot be transformed. */
  async of({ key, isPrivate }: ObjectKey): Promise<Source | null> {
    const object = { key, isPrivate };
    const path = this.deps.pathOf(object);
    if (path === null) {
      return null;
    }
    const stats = await statOf(path);
    const { maxPixels, maxBytes } = this.deps.limits();
    if (!stats?.isFile() || Number(stats.size) > maxBytes) {
      return null;
    }
    const row = await this.rowOf(object);
    if (!row || !isProcessed(row.mime)) {
      return null;
    }
    const state = stateOf(object, stats);
    const image = await this.imageOf(state, path, row.mime);
    if (!image?.isShownHere || pixelsOf(image) > maxPixels) {
      return null;
    }
    const { fileId, hash, focalPoint, sizes } = row;
    const bytes = Number(stats.size);
    return { fileId, hash, focalPoint, sizes, object, state, image, path, bytes };
  }

  /** Whether the bytes of a source are still the same. */
  async isUnchanged({ path, state, object }: Source): Promise<boolean> {
    const stats = await statOf(path);
    return stats !== null && stateOf(object, stats) === state;
  }

  /** Forgets what is known of files, after a change. */
  forget(fileIds: readonly number[]): void {
    // A row that is being read may be the one before the change.
    this.changes += 1;
    for (const id of fileIds) {
      this.keysOf.get(id)?.forEach((key) => this.rows.delete(key));
      this.keysOf.delete(id);
    }
  }

  private async rowOf(object: ObjectKey): Promise<FoundRow | null> {
    const url = storedUrl(object.key, object.isPrivate);
    const now = this.deps.now();
    const known = this.rows.get(url);
    if (known && now - known.at < ROW_LIFE) {
      return known.row;
    }
    const { changes } = this;
    const row = await findRow(this.deps.db, object);
    if (changes !== this.changes) {
      return row;
    }
    this.rows.set(url, { row, at: now });
    if (row) {
      this.remember(row.fileId, url);
    }
    return row;
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

  /** Reads the header of an image, once for all requests at the same time. */
  private imageOf(state: string, path: string, mime: string): Promise<Image | null> {
    const known = this.images.get(state);
    if (known) {
      return known;
    }
    const image = probe(path, mime);
    this.images.set(state, image);
    // A fault of the machine says nothing about the image.
    image.catch(() => this.images.delete(state));
    return image;
  }
}

/** Error codes of names that no file can have, and of files that cannot be reached. */
const NOT_THERE = ['ENOENT', 'ENAMETOOLONG', 'ENOTDIR', 'EACCES', 'ELOOP'];

async function statOf(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (NOT_THERE.includes(codeOf(error))) {
      return null;
    }
    throw error;
  }
}

/** Identifies the bytes of an object. A replacement always gets a later time (`LocalStorage.swap`). */
const stateOf = ({ key, isPrivate }: ObjectKey, { size, mtimeNs }: BigIntStats): string =>
  JSON.stringify([key, isPrivate, String(size), String(mtimeNs)]);

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

async function findRow(db: Database, { key, isPrivate }: ObjectKey): Promise<FoundRow | null> {
  const url = storedUrl(key, isPrivate);
  const { tableName } = db.metadata.get(FILE_UID);
  const rows: Array<Record<string, unknown>> = await db
    .getConnection(tableName)
    .whereIn('hash', keysOfFile(key))
    .select('id', 'hash', 'mime', 'url', 'formats', 'focal_point');
  for (const row of rows) {
    const formats = Object.values(
      jsonOf<Record<string, { url: string; width: number; mime: string }>>(row.formats) ?? {}
    );
    const own = formats.find((format) => format.url === url);
    if (own || row.url === url) {
      return {
        fileId: Number(row.id),
        hash: String(row.hash),
        mime: own?.mime ?? String(row.mime),
        focalPoint: jsonOf<FocalPoint>(row.focal_point),
        sizes: formats.flatMap(({ url: ofSize, width }) => {
          const place = keyAt(ofSize);
          return place?.isPrivate === isPrivate ? [{ key: place.key, width }] : [];
        }),
      };
    }
  }
  return null;
}

/** A JSON column, which some databases return as text. */
const jsonOf = <T>(value: unknown): T | null =>
  (typeof value === 'string' ? JSON.parse(value) : (value ?? null)) as T | null;
