import { createHash, randomUUID } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { mkdir, open, readdir, rm, rmdir, stat, utimes, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, ignoreMissing, removeFile, syncPath } from './disk';
import type { StagedObject } from './port';

/** How a staging folder is made and how careful it is. */
export interface StagingOptions {
  /** Name of this process: its half-done files lie in a folder of that name. */
  instance: string;
  /** Whether bytes are synced to the disk before they count. */
  durable(): boolean;
  /** For how long a process may be silent before it is taken for dead, in ms. */
  lease(): number;
  /** For nobody but this user: needed where others may write beside it. */
  private?: boolean;
}

/** Subfolder of the locks of all processes. */
const LOCKS = 'locks';

/**
 * A folder of half-done files, each under a random name in its process's own subfolder.
 * A process shows that it lives by touching its subfolder; what silent ones left is swept away.
 */
export class StagingFolder {
  private readonly own: string;

  constructor(
    private readonly folder: string,
    private readonly options: StagingOptions
  ) {
    this.own = path.join(folder, options.instance);
  }

  /** A fresh name, relative to the folder, that another process can find too. */
  newName(): string {
    return path.join(this.options.instance, randomUUID());
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
      const written = await this.copy(body, handle);
      // At once: the file is open, and a look through the thread pool would wait behind syncs of others.
      const state = fstatSync(handle.fd, { bigint: true });
      await handle.close();
      return { id, path: file, ...written, state };
    } catch (error) {
      await handle.close().catch(() => {});
      await removeFile(file);
      throw error;
    }
  }

  /** Syncs the bytes of files to the disk. */
  async persist(files: ReadonlyArray<{ path: string }>): Promise<void> {
    if (this.options.durable()) {
      await Promise.all(files.map(({ path: file }) => syncPath(file)));
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
    await removeFile(this.pathOf(name));
  }

  /** Names given so far survive a power cut. */
  async sync(): Promise<void> {
    if (this.options.durable()) {
      await syncPath(this.own);
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

  /** Removes what processes left that have been silent for longer than a lease. */
  async sweep(kept: readonly string[]): Promise<void> {
    const needed = new Set(kept.map((name) => path.dirname(name)));
    const instances = await readdir(this.folder).catch(() => []);
    for (const instance of instances) {
      const folder = path.join(this.folder, instance);
      if (instance === this.options.instance || needed.has(instance)) {
        continue;
      }
      const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < Date.now() - this.options.lease()) {
        await rm(folder, { recursive: true, force: true });
      }
    }
  }

  /** Removes this process's subfolder where nothing is left in it. */
  async close(): Promise<void> {
    await rmdir(this.own).catch(() => {});
  }

  /** Hashes and gathers while the batch before is being written: both cost about the same. */
  private async copy(body: AsyncIterable<Uint8Array>, handle: FileHandle) {
    const hash = createHash('sha256');
    let size = 0;
    let batch: Uint8Array[] = [];
    let batched = 0;
    let writing = Promise.resolve();
    const flush = async () => {
      await writing;
      writing = writeAll(handle, batch);
      // A failure is heard at the next `await`; until then it must not count as unhandled.
      writing.catch(() => {});
      [batch, batched] = [[], 0];
    };
    for await (const chunk of body) {
      hash.update(chunk);
      size += chunk.length;
      batched += chunk.length;
      batch.push(chunk);
      if (batched >= BATCH_BYTES) {
        await flush();
      }
    }
    await flush();
    await writing;
    return { size, sha256: hash.digest('hex') };
  }
}

/** Bytes gathered for one write: large writes cost the disk and the thread pool less. */
const BATCH_BYTES = 1 << 20;

/** A single write may take fewer bytes than given (POSIX writev(2)). */
async function writeAll(handle: FileHandle, chunks: Uint8Array[]): Promise<void> {
  for (let rest = chunks; rest.length > 0;) {
    const { bytesWritten } = await handle.writev(rest);
    rest = dropBytes(rest, bytesWritten);
  }
}

function dropBytes(chunks: Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  return chunks.flatMap((chunk) => {
    const dropped = Math.min(left, chunk.length);
    left -= dropped;
    return dropped === chunk.length ? [] : [chunk.subarray(dropped)];
  });
}
