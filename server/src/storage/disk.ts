import { open, unlink } from 'node:fs/promises';

/** Systems on which folders cannot be synced (Windows, some network mounts) answer so. */
const CANNOT_SYNC = new Set(['EPERM', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EBADF']);

/** Windows syncs only what was opened for writing, and opens no folder so. */
const TO_SYNC = process.platform === 'win32' ? 'r+' : 'r';

/**
 * Makes a file's bytes, or the names in a folder, survive a power cut.
 *
 * @param what all that the system knows of it (fsync), or its bytes and what reading them needs (fdatasync)
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

/** Removes a file; one that is not there is removed already. */
export async function removeFile(target: string): Promise<void> {
  await unlink(target).catch(ignoreMissing);
}

/** For `catch`: what is not there needs no work. */
export function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') {
    throw error;
  }
}

/** The code of a system's error, such as `ENOENT`. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/**
 * Syncs a folder for all who ask at the same time: one who comes while a sync runs cannot know
 * whether that one sees its name, so it shares the next one.
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
