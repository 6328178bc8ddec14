import { randomUUID } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { mkdir, open, readdir, rm, rmdir, stat, utimes, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, FolderSync, ignoreMissing, removeFile } from './disk';
import { parseMarker } from './marker-name';
import type { StagedObject } from './port';
import type { UnsyncedBytes } from './unsynced-bytes';
import { writeHashed } from './write-hashed';

/** Options of a staging folder. */
export interface StagingOptions {
  /** Name of this process. Its unfinished files lie in a subfolder with this name. */
  instance: string;
  /** Whether to sync bytes to the disk before they are published. */
  durable(): boolean;
  /** How long a process may be silent before other processes take it for dead, in ms. */
  lease(): number;
  /** Counts the bytes of all uploads of this process that are not yet synced to the disk. */
  unsynced: UnsyncedBytes;
  /** Whether only this user gets access. Needed where other users may write next to the folder. */
  private?: boolean;
}

/** The state that stands for a folder that no longer exists. With this time, the folder never counts as silent. */
const NEVER = { mtimeMs: Infinity };

/** Subfolder for the locks of all processes. */
const LOCKS = 'locks';

/**
 * A folder of unfinished files. Each file has a random name and lies in the subfolder of its process. A process shows
 * that it is alive by changing the modification time of its subfolder. The files of silent processes are removed.
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

  /** Returns a new name, relative to the folder, so that another process can find the file too. */
  newName(): string {
    return this.ownName(randomUUID());
  }

  /** Returns a name in this process's subfolder, relative to the folder. */
  ownName(name: string): string {
    return path.join(this.options.instance, name);
  }

  /** Returns the absolute path for a name that is relative to the folder. */
  pathOf(name: string): string {
    return path.join(this.folder, name);
  }

  /** Makes this process's subfolder. */
  async make(): Promise<void> {
    const mode = this.options.private ? 0o700 : 0o755;
    await mkdir(this.own, { recursive: true, mode });
  }

  /** Writes a new file. Removes the file again if the body fails. */
  async write(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    const id = this.newName();
    const file = this.pathOf(id);
    const handle = await this.create(file);
    try {
      const written = await writeHashed(body, handle, (bytes) => this.wrote(file, bytes));
      // This call is synchronous: the file is open already, and an asynchronous call would wait in the thread pool
      // behind the syncs of other files.
      const state = fstatSync(handle.fd, { bigint: true });
      await handle.close();
      return { id, path: file, ...written, state };
    } catch (error) {
      await handle.close().catch(() => {});
      await this.remove(id);
      throw error;
    }
  }

  /** Makes an empty file, of which only the name matters. */
  async note(name: string): Promise<void> {
    const handle = await this.create(this.pathOf(name));
    await handle.close();
  }

  /** Makes the bytes of files survive a power cut, if the storage is durable. */
  async persist(files: ReadonlyArray<{ path: string }>): Promise<void> {
    const { durable, unsynced } = this.options;
    if (durable()) {
      await Promise.all(files.map(({ path: file }) => unsynced.finish(file)));
    } else {
      files.forEach(({ path: file }) => unsynced.forget(file));
    }
  }

  /** Counts bytes that were written to a file. Resolves when more may be written. */
  private async wrote(file: string, bytes: number): Promise<void> {
    if (this.options.durable()) {
      await this.options.unsynced.wrote(file, bytes);
    }
  }

  /** Creates a file. Makes the folder if it is missing: at the first file, or after the folder has been deleted. */
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

  /** Removes a file; idempotent. */
  async remove(name: string): Promise<void> {
    const file = this.pathOf(name);
    await removeFile(file);
    this.options.unsynced.forget(file);
  }

  /** Makes all file names created so far survive a power cut. */
  async sync(): Promise<void> {
    if (this.options.durable()) {
      await this.names.run();
    }
  }

  /**
   * Runs `work` under a lock on a name, which one process at a time can hold. The lock of a dead process is removed
   * together with its other files.
   *
   * @throws with the code EEXIST while another caller holds the lock
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

  /** Removes the files of processes that have been silent for longer than a lease, unless a marker is among them. */
  async sweep(kept: readonly string[]): Promise<void> {
    const needed = new Set(kept.map((name) => path.dirname(name)));
    for (const instance of await this.silent()) {
      const names = await this.namesOf(instance);
      if (!needed.has(instance) && !names.some((name) => parseMarker(name))) {
        await rm(path.join(this.folder, instance), { recursive: true, force: true });
      }
    }
  }

  /**
   * Returns the files of processes that have been silent for longer than a lease; the names are relative to the folder.
   */
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

  /** Removes this process's subfolder if it is empty. */
  async close(): Promise<void> {
    await rmdir(this.own).catch(() => {});
  }
}
