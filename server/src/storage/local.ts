import { link, open, rename, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, FolderSync, ignoreMissing, removeFile } from './disk';
import { isKey, storedUrl } from './local-url';
import { StagingMarkers } from './markers';
import type { Markers } from './markers-port';
import {
  keyOf,
  UnreadableObject,
  type ObjectAddress,
  type Publication,
  type PublishedObject,
  type StagedObject,
  type Storage,
  type StoredObject,
} from './port';
import { StagingFolder, type StagingOptions } from './staging-folder';

/**
 * Name of the staging folder. It lies inside the folder of the objects, so that publishing is a rename. Folders that
 * begin with a dot are never served.
 */
const STAGING = '.staging';

/**
 * Suffix of the file with which a swap notes that the address was empty. If the swap is undone, the address becomes
 * empty again.
 */
const NONE = '.none';

/** Error codes of file systems that do not support hard links, or limit them. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/**
 * Files in one folder: `public/uploads`, with the names and URLs of the built-in local provider, or a folder of private
 * files. Objects are staged in a hidden folder on the same file system. They are published by renames and links, which
 * are atomic.
 */
export class LocalStorage implements Storage {
  private readonly staging: StagingFolder;
  private readonly names: FolderSync;
  readonly markers: Markers;

  /**
   * @param root absolute path of the folder
   * @param isPrivate whether the folder holds private files only (true) or public files only (false)
   */
  constructor(
    private readonly root: string,
    private readonly options: StagingOptions,
    private readonly isPrivate = false
  ) {
    this.staging = new StagingFolder(path.join(root, STAGING), options);
    this.names = new FolderSync(root);
    this.markers = new StagingMarkers(this.staging);
  }

  stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    return this.staging.write(body);
  }

  persist(staged: readonly StagedObject[]): Promise<void> {
    return this.staging.persist(staged);
  }

  /**
   * @throws Error when the address is taken: an object is never overwritten. On a file system without hard links, this
   *   is guaranteed only against other uploads, not against other programs that write into the folder.
   */
  async publish({ staged, address }: Publication): Promise<PublishedObject> {
    const target = this.pathOf(address);
    try {
      await link(staged.path, target);
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error))) {
        throw error;
      }
      await this.staging.locked(keyOf(address), () => renameToFree(staged.path, target));
      return { url: this.urlOf(address) };
    }
    await orElse(removeFile(staged.path), () => removeFile(target));
    return { url: this.urlOf(address) };
  }

  newKeep(): string {
    return this.staging.newName();
  }

  async swap({ staged, address }: Publication, _old: StoredObject, keep: string) {
    const target = this.pathOf(address);
    // This must be done first: without hard links, the next step moves the old bytes away from their address.
    await laterThan(staged.path, target);
    await this.keep(target, this.staging.pathOf(keep));
    // The second name of the old bytes must be on the disk before the first name is overwritten.
    await this.staging.sync();
    await orElse(rename(staged.path, target), () => this.restore(address, keep));
    return { url: this.urlOf(address) };
  }

  async restore(address: ObjectAddress, keep: string): Promise<void> {
    const kept = this.staging.pathOf(keep);
    try {
      await rename(kept, this.pathOf(address));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') {
        throw error;
      }
    }
    // If both names are links to the same file, rename(2) does nothing and leaves both names. So the second name is
    // removed.
    await removeFile(kept);
    if (await isThere(kept + NONE)) {
      await removeFile(this.pathOf(address));
      await removeFile(kept + NONE);
    }
  }

  async forget(keep: string): Promise<void> {
    await this.staging.remove(keep);
    await this.staging.remove(keep + NONE);
  }

  async sync(): Promise<void> {
    if (this.options.durable()) {
      await this.names.run();
    }
  }

  async open(stored: StoredObject): Promise<AsyncIterable<Uint8Array>> {
    try {
      const handle = await open(this.pathOf(stored));
      return handle.createReadStream();
    } catch (error) {
      throw codeOf(error) === 'ENOENT'
        ? new UnreadableObject('The stored file does not exist.')
        : error;
    }
  }

  discard({ id }: StagedObject): Promise<void> {
    return this.staging.remove(id);
  }

  async remove(stored: StoredObject): Promise<void> {
    await removeFile(this.pathOf(stored));
  }

  touch(): Promise<void> {
    return this.staging.touch();
  }

  sweep(kept: readonly string[]): Promise<void> {
    return this.staging.sweep(kept);
  }

  close(): Promise<void> {
    return this.staging.close();
  }

  /** Gives the bytes at an address a second name, or notes that the address is empty. */
  private async keep(target: string, kept: string): Promise<void> {
    await this.staging.make();
    try {
      await link(target, kept);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT') {
        await writeFile(kept + NONE, '');
        return;
      }
      if (!NO_LINKS.has(code)) {
        throw error;
      }
      // Without hard links the address is empty for a moment. There is no better way on such a file system.
      await rename(target, kept);
    }
  }

  /** Returns the local path of an object. All local paths of stored objects are built here. */
  private pathOf(address: KeyedObject): string {
    const key = keyOf(address);
    if (!isKey(key)) {
      throw new Error(`"${key}" cannot be the name of a stored file.`);
    }
    if (Boolean(address.private) !== this.isPrivate) {
      const kind = this.isPrivate ? 'public' : 'private';
      throw new Error(
        `The file "${key}" is ${kind}, but this folder does not store ${kind} files.`
      );
    }
    return path.join(this.root, key);
  }

  private urlOf(address: KeyedObject): string {
    return storedUrl(keyOf(address), this.isPrivate);
  }
}

type KeyedObject = Pick<ObjectAddress, 'hash' | 'ext' | 'private'>;

/** Renames a file unless the target exists: a rename alone would overwrite the target. */
async function renameToFree(file: string, target: string): Promise<void> {
  if (await isThere(target)) {
    throw Object.assign(new Error(`EEXIST: the file ${target} already exists`), { code: 'EEXIST' });
  }
  await rename(file, target);
}

const isThere = async (file: string): Promise<boolean> =>
  (await stat(file).catch(ignoreMissing)) !== undefined;

/**
 * Gives a file a later modification time than the file that it replaces. The time is part of the ETag, and two files
 * can be written within one tick of the clock.
 */
async function laterThan(file: string, other: string): Promise<void> {
  const [own, old] = await Promise.all([
    stat(file, { bigint: true }),
    stat(other, { bigint: true }).catch(ignoreMissing),
  ]);
  if (old && own.mtimeNs <= old.mtimeNs) {
    // Two milliseconds are added, since Node.js passes the time on as seconds in floating point, which can be a
    // fraction of a millisecond too early.
    await utimes(file, own.atime, new Date(Number(old.mtimeMs) + 2));
  }
}

/** Waits for the second half of a change. If it fails, undoes the first half. */
async function orElse(work: Promise<void>, undo: () => Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    await undo();
    throw error;
  }
}
