import { lstat, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { codeOf, removeFile } from './disk';
import type { StagedObject } from './port';
import { StagingFolder, type StagingOptions } from './staging-folder';

/**
 * The staging folder for storages that are not on this machine. It lies in the system's folder for temporary files,
 * where other users can write too, under a name that they can guess. So the folder is checked before each use. If
 * another user has put something there, this is left alone and a new folder is used.
 */
export class SpoolFolder {
  private staging: StagingFolder;

  /**
   * @param folder absolute path; it must be the same after each start, so that the files of a dead process are found
   */
  constructor(
    private folder: string,
    private readonly options: Omit<StagingOptions, 'private'>,
    private readonly log: { warn(message: string): void }
  ) {
    this.staging = this.stagingIn(folder);
  }

  /** Writes a new file. Removes the file again if the body fails. */
  async write(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    if (!(await this.isOurs())) {
      const fresh = await mkdtemp(path.join(os.tmpdir(), 'strapi-upload-'));
      this.log.warn(
        `upload: ${this.folder} is not a folder that only this user can access, so it is not used. Uploads are spooled in ${fresh}.`
      );
      this.folder = fresh;
      this.staging = this.stagingIn(fresh);
    }
    return this.staging.write(body);
  }

  /** Removes a file that was written; idempotent. */
  async discard({ path: file }: StagedObject): Promise<void> {
    await removeFile(file);
    this.options.unsynced.forget(file);
  }

  /** Shows that this process is alive. */
  async touch(): Promise<void> {
    if (await this.isOurs()) {
      await this.staging.touch();
    }
  }

  /** Removes the files of processes that have been silent for longer than a lease. */
  async sweep(kept: readonly string[]): Promise<void> {
    if (await this.isOurs()) {
      await this.staging.sweep(kept);
    }
  }

  /** Removes this process's subfolder if it is empty. */
  async close(): Promise<void> {
    if (await this.isOurs()) {
      await this.staging.close();
    }
  }

  private stagingIn(folder: string): StagingFolder {
    return new StagingFolder(folder, { ...this.options, private: true });
  }

  /** Whether both folders are real folders with access for this user alone, or do not exist yet. */
  private async isOurs(): Promise<boolean> {
    const own = path.join(this.folder, this.options.instance);
    return (await isPrivateFolder(this.folder)) && (await isPrivateFolder(own));
  }
}

async function isPrivateFolder(folder: string): Promise<boolean> {
  try {
    const stats = await lstat(folder);
    // Windows has neither modes nor numeric user ids, and each user has their own folder for temporary files there.
    const isForUs =
      process.platform === 'win32' ||
      (stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0);
    return stats.isDirectory() && isForUs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return true;
    }
    throw error;
  }
}
