import { mkdir, rename, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, ignoreMissing, removeFile } from '../storage/disk';
import { StagingFolder, type StagingOptions } from '../storage/staging-folder';
import type { VariantPlace } from './model';

/** A variant whose bytes are written, but cannot be found yet. */
export interface WrittenVariant {
  /** Name of the bytes in the folder of unfinished files. */
  id: string;
  place: VariantPlace;
  /** Size in bytes. */
  bytes: number;
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
  private readonly closed: Root | null;

  /**
   * @param folders folders of the variants of public files and of private files; null if there are no private files
   * @param options name and lease of this process
   */
  constructor(
    folders: { publicFiles: string; privateFiles: string | null },
    options: StagingOptions
  ) {
    const rootOf = (folder: string, isPrivate: boolean): Root => ({
      folder,
      staging: new StagingFolder(path.join(folder, UNFINISHED), {
        ...options,
        durable: () => false,
        private: isPrivate,
      }),
    });
    this.open = rootOf(folders.publicFiles, false);
    this.closed = folders.privateFiles === null ? null : rootOf(folders.privateFiles, true);
  }

  /** Writes the bytes where nobody finds them. */
  async write(place: VariantPlace, bytes: Uint8Array): Promise<WrittenVariant> {
    const { id } = await this.rootOf(place).staging.write(onceOf(bytes));
    return { id, place, bytes: bytes.length };
  }

  /** Gives written bytes their name. */
  async publish({ id, place }: WrittenVariant): Promise<void> {
    const target = this.pathOf(place);
    const from = this.rootOf(place).staging.pathOf(id);
    await mkdir(path.dirname(target), { recursive: true, mode: place.isPrivate ? 0o700 : 0o755 });
    await rename(from, target);
  }

  /** Removes written bytes that are not published. */
  async discard({ id, place }: WrittenVariant): Promise<void> {
    await this.rootOf(place).staging.remove(id);
  }

  /** Returns the size of a variant in bytes; null if there are no bytes. */
  async sizeOf(place: VariantPlace): Promise<number | null> {
    const found = await stat(this.pathOf(place)).catch(ignoreMissing);
    return found ? found.size : null;
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
    await this.closed?.staging.sweep([]);
  }

  /** Ends the use of the folders. */
  async close(): Promise<void> {
    await this.open.staging.close();
    await this.closed?.staging.close();
  }

  private rootOf({ isPrivate }: VariantPlace): Root {
    const root = isPrivate ? this.closed : this.open;
    if (root === null) {
      throw new Error('There is no folder for private files.');
    }
    return root;
  }

  private pathOf(place: VariantPlace): string {
    return path.join(this.rootOf(place).folder, ...place.name.split('/'));
  }
}

async function* onceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
