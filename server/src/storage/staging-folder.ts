import { randomUUID } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { mkdir, open, readdir, rm, rmdir, stat, utimes, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, FolderSync, ignoreMissing, removeFile } from './disk';
import { parseMarker } from './marker-name';
import type { StagedObject } from './port';
import type { UnsyncedBytes } from './unsynced-bytes';
import { writeHashed } from './write-hashed';

/** How a staging folder is made and how careful it is. */
export interface StagingOptions {
  /** Name of this process: its half-done files lie in a folder of that name. */
  instance: string;
  /** Whether bytes are synced to the disk before they count. */
  durable(): boolean;
  /** For how long a process may be silent before it is taken for dead, in ms. */
  lease(): number;
  /** What of all uploads of this process is not on the disk yet. */
  unsynced: UnsyncedBytes;
  /** For nobody but this user: needed where others may write beside it. */
  private?: boolean;
}

/** Of a folder that is gone: nobody needs to look at it. */
const NEVER = { mtimeMs: Infinity };

/** Subfolder of the locks of all processes. */
const LOCKS = 'locks';

/**
 * A folder of half-done files, each under a random name in its process's own subfolder.
 * A process shows that it lives by touching its subfolder; what silent ones left is swept away.
 */
export class StagingFolder {
  private readonly own: string;
  private readonly names: FolderSync;

  constructor(
    private readonly folder: string,
    private readonly options: StagingOptions
  ) {
    this.own = path.join(folder, options.instance);
    this.names = new FolderSync(this.own);
  }

  /** A fresh name, relative to the folder, that another process can find too. */
  newName(): string {
    return this.ownName(randomUUID());
  }

  /** A name in this process's subfolder, relative to the folder. */
  ownName(name: string): string {
    return path.join(this.options.instance, name);
  }

  /** Where a name lies. */
  pathOf(name: string): string {
    return path.join(this.folder, name);
  }

  /** Makes this process's subfolder. */
  async make(): Promise<void> {
    const mode = this.options.private ? 0o700 : 0o755;
    await mkdir(this.own, { recursive: true, mode });
  }

  /** Writes a new file; removes it again when the bytes do not come to their end. */
  async write(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    const id = this.newName();
    const file = this.pathOf(id);
    const handle = await this.create(file);
    try {
      const written = await writeHashed(body, handle, (bytes) => this.wrote(file, bytes));
      // At once: the file is open, and a look through the thread pool would wait behind syncs of others.
      const state = fstatSync(handle.fd, { bigint: true });
      await handle.close();
      return { id, path: file, ...written, state };
    } catch (error) {
      await handle.close().catch(() => {});
      await this.remove(id);
      throw error;
    }
  }

  /** Makes an empty file: its name is what counts. */
  async note(name: string): Promise<void> {
    const handle = await this.create(this.pathOf(name));
    await handle.close();
  }

  /** Syncs the bytes of files to the disk. */
  async persist(files: ReadonlyArray<{ path: string }>): Promise<void> {
    const { durable, unsynced } = this.options;
    if (durable()) {
      await Promise.all(files.map(({ path: file }) => unsynced.finish(file)));
    } else {
      files.forEach(({ path: file }) => unsynced.forget(file));
    }
  }

  /** Bytes have been written to a file; resolves when more may be. */
  private async wrote(file: string, bytes: number): Promise<void> {
    if (this.options.durable()) {
      await this.options.unsynced.wrote(file, bytes);
    }
  }

  /** The folder is there but for the first time, or after somebody cleared up. */
  private async create(file: string): Promise<FileHandle> {
    try {
      return await open(file, 'wx');
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') {
        throw error;
      }
      await this.make();
      return open(file, 'wx');
    }
  }

  /** Idempotent. */
  async remove(name: string): Promise<void> {
    const file = this.pathOf(name);
    await removeFile(file);
    this.options.unsynced.forget(file);
  }

  /** Names given so far survive a power cut. */
  async sync(): Promise<void> {
    if (this.options.durable()) {
      await this.names.run();
    }
  }

  /**
   * Works on a name that one process at a time may work on. A lock that a dead process left is swept away as its
   * other files are.
   *
   * @throws with the code EEXIST while another one works on it
   */
  async locked<T>(name: string, work: () => Promise<T>): Promise<T> {
    const lock = path.join(this.folder, LOCKS, name);
    const take = async () => (await open(lock, 'wx')).close();
    try {
      await take();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') {
        throw error;
      }
      await mkdir(path.dirname(lock), { recursive: true, mode: 0o700 });
      await take();
    }
    try {
      return await work();
    } finally {
      await removeFile(lock);
    }
  }

  async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.own, now, now).catch(ignoreMissing);
  }

  /** Removes what processes left that have been silent for longer than a lease, but not where a marker is left. */
  async sweep(kept: readonly string[]): Promise<void> {
    const needed = new Set(kept.map((name) => path.dirname(name)));
    for (const instance of await this.silent()) {
      const names = await this.namesOf(instance);
      if (!needed.has(instance) && !names.some((name) => parseMarker(name))) {
        await rm(path.join(this.folder, instance), { recursive: true, force: true });
      }
    }
  }

  /** What lies in the subfolders of processes that have been silent for longer than a lease; relative to the folder. */
  async namesOfSilent(): Promise<string[]> {
    const silent = await this.silent();
    return (await Promise.all(silent.map((instance) => this.namesOf(instance)))).flat();
  }

  private async namesOf(instance: string): Promise<string[]> {
    const names = await readdir(path.join(this.folder, instance)).catch(() => []);
    return names.map((name) => path.join(instance, name));
  }

  private async silent(): Promise<string[]> {
    const silent: string[] = [];
    for (const instance of await readdir(this.folder).catch(() => [])) {
      const { mtimeMs } = await stat(path.join(this.folder, instance)).catch(() => NEVER);
      if (instance !== this.options.instance && mtimeMs < Date.now() - this.options.lease()) {
        silent.push(instance);
      }
    }
    return silent;
  }

  /** Removes this process's subfolder where nothing is left in it. */
  async close(): Promise<void> {
    await rmdir(this.own).catch(() => {});
  }
}
