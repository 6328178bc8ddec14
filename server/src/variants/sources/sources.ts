import { stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { probe, isProcessed, type Image } from '../../images/header/probe';
import { pixelsOf } from '../../images/plan/plan';
import { codeOf } from '../../storage/disk';
import { Lru } from '../../util/lru';
import type { Original } from '../plan-variant';
import type { RemoteRow } from './original-copies';
import type { Originals, Waiting } from './originals';
import type { FoundRow, ObjectKey, SourceRows } from './source-rows';

/** An object that can be transformed. */
export interface Source extends Original {
  /** Id of the file to which the object belongs. */
  fileId: number;
  object: ObjectKey;
  /** Key of the file without its extension. */
  hash: string;
  /** Where the bytes are: the absolute path on the local disk, or a row whose provider keeps them. */
  at: { path: string } | { row: RemoteRow };
  /** Size in bytes. */
  bytes: number;
  /** Sizes of the file that are stored beside the object: their keys, and their widths in pixels. */
  sizes: FoundRow['sizes'];
}

interface SourcesDeps {
  rows: SourceRows;
  originals: Originals;
  /** Absolute path of a stored object; null if there is no folder for it. */
  pathOf(object: ObjectKey): string | null;
  /** Limit above which a file is not transformed, in bytes. */
  maxBytes(): number;
  /** Whether an image can be transformed. */
  isUsable(image: Image | null): image is Image;
}

/** Number of images whose header is kept in memory, each with about a kilobyte. */
const MOST = 10_000;

/** Finds the image that a URL names, and what a variant needs to know of it. A hit asks no database. */
export class Sources {
  private readonly images = new Lru<Promise<Image | null>>(MOST);

  constructor(private readonly deps: SourcesDeps) {}

  /**
   * Returns an object; null if it does not exist, belongs to no file, or cannot be transformed.
   *
   * @param wanted the object, and the signal of the caller, which is read only if the caller has to wait for another provider
   * @throws MachineFault; the signal's reason
   */
  async of(wanted: ObjectKey & Waiting): Promise<Source | null> {
    const { key, isPrivate } = wanted;
    const object = { key, isPrivate };
    const { rows, originals, pathOf } = this.deps;
    const path = pathOf(object);
    const row = path === null ? null : await rows.of(object);
    if (path === null || row === null || !isProcessed(row.mime)) {
      return null;
    }
    const { fileId, hash, focalPoint, sizes } = row;
    const about = { fileId, hash, focalPoint, sizes, object };
    if (isRemote(row)) {
      const known = await originals.of(row, wanted);
      const { isUsable, maxBytes } = this.deps;
      // The limits may have changed since it was fetched.
      const isAllowed = known && isUsable(known.image) && known.bytes <= maxBytes();
      return isAllowed ? { ...about, ...known, at: { row } } : null;
    }
    const found = await this.onDisk(object, path, row.mime);
    return found && { ...about, ...found };
  }

  /** Whether the bytes of a source are still the same. */
  async isUnchanged({ at, state, object }: Source): Promise<boolean> {
    if ('row' in at) {
      return this.deps.originals.isUnchanged(at.row, state);
    }
    const stats = await statOf(at.path);
    return stats !== null && stateOf(object, stats) === state;
  }

  /**
   * Returns the path of the bytes of a source.
   *
   * @throws MachineFault if they can no longer be read; the signal's reason
   */
  async pathOf({ at, state }: Source, signal?: AbortSignal): Promise<string> {
    return 'row' in at ? this.deps.originals.pathOf(at.row, state, { signal }) : at.path;
  }

  /** Reads what a variant needs to know of an object on the local disk; null if it cannot be transformed. */
  private async onDisk(object: ObjectKey, path: string, mime: string) {
    const { maxBytes, isUsable } = this.deps;
    const stats = await statOf(path);
    if (!stats?.isFile() || Number(stats.size) > maxBytes()) {
      return null;
    }
    const state = stateOf(object, stats);
    const image = await this.imageOf(state, path, mime);
    return isUsable(image) ? { state, image, at: { path }, bytes: Number(stats.size) } : null;
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

/** Whether an image is decoded here, and not too large. */
export const isUsableImage = (image: Image | null, maxPixels: number): image is Image =>
  image !== null && image.isShownHere && pixelsOf(image) <= maxPixels;

export const isRemote = (row: FoundRow): row is RemoteRow => row.remote !== null;

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
