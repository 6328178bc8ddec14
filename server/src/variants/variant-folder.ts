import { randomUUID } from 'node:crypto';
import { mkdir, rename, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, ignoreMissing, removeFile } from '../storage/disk';
import type { VariantPlace } from './model';

/** A variant whose bytes are written, but cannot be found yet. */
export interface WrittenVariant {
  /** Absolute path of the bytes. */
  path: string;
  place: VariantPlace;
}

/**
 * The bytes of variants on the local disk. The variants of a file lie in a folder of their own. They are not synced: a
 * variant that is lost is made again.
 */
export class VariantFolder {
  /**
   * @param publicRoot folder of the variants of public files
   * @param privateRoot folder of the variants of private files; null if there are no private files
   */
  constructor(
    private readonly publicRoot: string,
    private readonly privateRoot: string | null
  ) {}

  /** Absolute path of a variant. */
  pathOf({ name, isPrivate }: VariantPlace): string {
    const root = isPrivate ? this.privateRoot : this.publicRoot;
    if (root === null) {
      throw new Error('There is no folder for private files.');
    }
    return path.join(root, ...name.split('/'));
  }

  /** Writes the bytes under a name that nobody is given. */
  async write(place: VariantPlace, bytes: Uint8Array): Promise<WrittenVariant> {
    const folder = path.dirname(this.pathOf(place));
    await mkdir(folder, { recursive: true, mode: place.isPrivate ? 0o700 : 0o755 });
    const target = path.join(folder, `.${randomUUID()}`);
    try {
      await writeFile(target, bytes, { flag: 'wx' });
    } catch (error) {
      await removeFile(target);
      throw error;
    }
    return { path: target, place };
  }

  /**
   * Gives written bytes their name.
   *
   * @returns false if the folder was removed meanwhile, as the file of the variant was
   */
  async publish({ path: from, place }: WrittenVariant): Promise<boolean> {
    try {
      await rename(from, this.pathOf(place));
      return true;
    } catch (error) {
      ignoreMissing(error);
      return false;
    }
  }

  /** Removes written bytes that are not published. */
  async discard({ path: target, place }: WrittenVariant): Promise<void> {
    await removeFile(target);
    await this.removeEmpty(place);
  }

  /** Returns the size of a variant in bytes; null if there are no bytes. */
  async sizeOf(place: VariantPlace): Promise<number | null> {
    const found = await stat(this.pathOf(place)).catch(ignoreMissing);
    return found ? found.size : null;
  }

  /** Removes a variant. Idempotent. */
  async remove(place: VariantPlace): Promise<void> {
    await removeFile(this.pathOf(place));
    await this.removeEmpty(place);
  }

  private async removeEmpty(place: VariantPlace): Promise<void> {
    try {
      await rmdir(path.dirname(this.pathOf(place)));
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) {
        throw error;
      }
    }
  }
}
