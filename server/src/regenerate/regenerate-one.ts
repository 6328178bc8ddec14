import { FileBusy, RefusedFile } from '../errors';
import { NoRoom } from '../images/render/fair-queue';
import { TooManyPixels } from '../images/render/image-maker';
import { regenerateSizes, type RegenerateDeps } from './regenerate-sizes';
import type { SizeChoice } from '../upload/derive/size-choice';
import { UnreadableObject } from '../storage/port';
import type { FileRow } from '../types/rows';
import type { FileResult } from './progress';
import { workOn, type Wanted } from './work';

/** An image and the sizes that it should have. */
export interface Task {
  row: FileRow;
  choice: SizeChoice;
  wanted: Wanted;
  dryRun: boolean;
}

/**
 * Makes and removes sizes of one image, so that it has the sizes in `wanted`, as far as `choice` asks for them.
 *
 * @throws the signal's reason; the image is then unchanged
 */
export async function regenerateOne(
  { row, choice, wanted, dryRun }: Task,
  signal: AbortSignal,
  deps: RegenerateDeps
): Promise<FileResult> {
  const { id, name } = row;
  const unchanged: FileResult = { id, name, outcome: 'unchanged', made: [], removed: [] };
  const work = workOn(row, choice, wanted);
  if (!work) {
    return unchanged;
  }
  if (dryRun) {
    const made = [...work.make, ...(work.placeholder ? ['placeholder'] : [])];
    return { ...unchanged, outcome: 'changed', made, removed: work.remove };
  }
  try {
    const regenerated = await regenerateSizes(id, { choice, sizes: wanted.sizes, signal }, deps);
    if (!regenerated) {
      return { ...unchanged, outcome: 'gone' };
    }
    return {
      ...unchanged,
      ...regenerated,
      outcome: regenerated.isChanged ? 'changed' : 'unchanged',
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TooManyPixels) {
      return { ...unchanged, reason: error.message };
    }
    return { ...unchanged, outcome: 'failed', reason: reasonOf(error, name, deps.commit.log) };
  }
}

/**
 * Returns the reason for a failure, in words that a user may read. Any other error is logged, and the user gets a
 * general message.
 */
function reasonOf(error: unknown, name: string, log: { error(message: string): void }): string {
  if (error instanceof NoRoom) {
    return `The image is too large for the memory that images may use: ${error.message}.`;
  }
  if ([RefusedFile, UnreadableObject, FileBusy].some((kind) => error instanceof kind)) {
    return (error as Error).message;
  }
  log.error(`upload: the sizes of "${name}" could not be regenerated: ${String(error)}`);
  return 'The sizes of the image could not be made. The log of the server says why.';
}
