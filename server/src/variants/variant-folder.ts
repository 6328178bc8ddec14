import { mkdir, opendir, readdir, rename, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, ignoreMissing, removeFile } from '../storage/disk';
import { StagingFolder, type StagingOptions } from '../storage/staging-folder';
import type { VariantPlace } from './model';

/** Bytes that are written, but cannot be found yet. */
export interface WrittenBytes {
  /** Name of the bytes in the folder of unfinished files. */
  id: string;
  isPrivate: boolean;
  /** Absolute path of the unfinished file. */
  path: string;
  /** Size in bytes. */
  bytes: number;
  /** SHA-256 of the bytes, in hex. */
  sha256: string;
}

/** A folder of variants, with its folder of unfinished files. */
interface Root {
  folder: string;
  staging: StagingFolder;
}

/** Folder of unfinished files. The key of a file cannot begin with a dot. */
const UNFINISHED = '.staging';

/**
 * The bytes of variants on the local disk. The variants of a file lie in a folder of their own. They are not synced: a
 * variant that is lost is made again.
 */
export class VariantFolder {
  private readonly open: Root;
  private readonly closed: Root;

  /**
   * @param folders folders of the variants of public files and of private files; they may not exist yet
   * @param options name and lease of this process
   */
  constructor(folders: { publicFiles: string; privateFiles: string }, options: StagingOptions) {
    const rootOf = (folder: string, isPrivate: boolean): Root => ({
      folder,
      staging: new StagingFolder(path.join(folder, UNFINISHED), {
        ...options,
        durable: () => false,
        private: isPrivate,
      }),
    });
    this.open = rootOf(folders.publicFiles, false);
    this.closed = rootOf(folders.privateFiles, true);
  }

  /** Writes bytes where nobody finds them. */
  async write(body: AsyncIterable<Uint8Array>, isPrivate: boolean): Promise<WrittenBytes> {
    const { id, path: file, size, sha256 } = await this.rootOf(isPrivate).staging.write(body);
    return { id, isPrivate, path: file, bytes: size, sha256 };
  }

  /**
   * Gives written bytes their name if they are recorded. Otherwise they are removed.
   *
   * @param record records the bytes; returns false if they are no longer wanted
   * @returns whether the bytes have their name
   */
  async publishIf(
    written: WrittenBytes,
    place: VariantPlace,
    record: () => Promise<boolean>
  ): Promise<boolean> {
    let isNamed = false;
    try {
      if (await record()) {
        await this.publish(written, place);
        isNamed = true;
      }
    } finally {
      if (!isNamed) {
        await this.discard(written);
      }
    }
    return isNamed;
  }

  private async publish({ path: from }: WrittenBytes, place: VariantPlace): Promise<void> {
    const target = this.pathOf(place);
    await mkdir(path.dirname(target), { recursive: true, mode: place.isPrivate ? 0o700 : 0o755 });
    await rename(from, target);
  }

  /** Removes written bytes that are not published. */
  async discard({ id, isPrivate }: WrittenBytes): Promise<void> {
    await this.rootOf(isPrivate).staging.remove(id);
  }

  /** Returns the size of a variant in bytes; null if there are no bytes. */
  async sizeOf(place: VariantPlace): Promise<number | null> {
    const found = await stat(this.pathOf(place)).catch(ignoreMissing);
    return found ? found.size : null;
  }

  /** The folders of files that have variants, some at a time. The folder of a file is named by its hash. */
  async *folders(isPrivate: boolean, some: number): AsyncGenerator<string[]> {
    const all = await opendir(this.rootOf(isPrivate).folder).catch(ignoreMissing);
    let names: string[] = [];
    for await (const entry of all ?? []) {
      if (entry.isDirectory() && entry.name !== UNFINISHED) {
        names.push(entry.name);
      }
      if (names.length === some) {
        yield names;
        names = [];
      }
    }
    yield names;
  }

  /** Names of the variants of a file that were written before a time in ms. */
  async namesIn(
    hash: string,
    { isPrivate, before }: { isPrivate: boolean; before: number }
  ): Promise<string[]> {
    const { folder } = this.rootOf(isPrivate);
    const found: string[] = [];
    for (const name of (await readdir(path.join(folder, hash)).catch(ignoreMissing)) ?? []) {
      const stats = await stat(path.join(folder, hash, name)).catch(ignoreMissing);
      if (stats && stats.mtimeMs < before) {
        found.push(`${hash}/${name}`);
      }
    }
    return found;
  }

  /** Removes a variant. Idempotent. */
  async remove(place: VariantPlace): Promise<void> {
    const target = this.pathOf(place);
    await removeFile(target);
    try {
      await rmdir(path.dirname(target));
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) {
        throw error;
      }
    }
  }

  /** Removes what dead processes have left unfinished. */
  async sweep(): Promise<void> {
    await this.open.staging.sweep([]);
    await this.closed.staging.sweep([]);
  }

  /** Ends the use of the folders. */
  async close(): Promise<void> {
    await this.open.staging.close();
    await this.closed.staging.close();
  }

  private rootOf(isPrivate: boolean): Root {
    return isPrivate ? this.closed : this.open;
  }

  /** Absolute path of a variant. */
  pathOf(place: VariantPlace): string {
    return path.join(this.rootOf(place.isPrivate).folder, ...place.name.split('/'));
  }
}
