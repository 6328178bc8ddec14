import { open, unlink } from 'node:fs/promises';

/** Error codes of systems that cannot sync a folder (Windows, some network mounts). */
const CANNOT_SYNC = new Set(['EPERM', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EBADF']);

/**
 * Mode in which a file is opened for a sync. Windows syncs only files that were opened for writing, and cannot open a
 * folder for writing.
 */
const TO_SYNC = process.platform === 'win32' ? 'r+' : 'r';

/**
 * Makes a file's bytes, or the names in a folder, survive a power cut.
 *
 * @param what `all`: data and all metadata (fsync); `data`: the data and the metadata that reading it needs (fdatasync)
 */
export async function syncPath(target: string, what: 'all' | 'data' = 'all'): Promise<void> {
  try {
    const handle = await open(target, TO_SYNC);
    const synced = what === 'all' ? handle.sync() : handle.datasync();
    await synced.finally(() => handle.close());
  } catch (error) {
    if (!CANNOT_SYNC.has(codeOf(error))) {
      throw error;
    }
  }
}

/** Removes a file. Does nothing if the file is missing. */
export async function removeFile(target: string): Promise<void> {
  await unlink(target).catch(ignoreMissing);
}

/** Handler for `catch`: ignores the error of a missing file, and rethrows any other error. */
export function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') {
    throw error;
  }
}

/** The code of a system error, such as `ENOENT`. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/**
 * Syncs a folder once for all callers that ask at the same time. A caller that comes while a sync runs cannot know
 * whether that sync includes its file name, so the caller shares the next sync.
 */
export class FolderSync {
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly folder: string) {}

  run(): Promise<void> {
    this.next ??= this.afterRunning();
    return this.next;
  }

  private async afterRunning(): Promise<void> {
    await this.running.catch(() => {});
    this.next = undefined;
    this.running = syncPath(this.folder);
    await this.running;
  }
}
