import type { Attempt } from './attempt';
import type { InspectionRules } from './inspect';
import { ReceivedFile, type DiskFile } from './received-file';
import { stageDiskFile } from './stage';

/**
 * Stages the files of a form that a parser of the project's has read and written to disk, by the
 * same rules as those that come in here.
 *
 * @throws RefusedFile, ScanFailed, DayLimitReached; what is staged then is `attempt`'s to take back
 */
export async function stageParsed(
  files: readonly DiskFile[],
  rules: InspectionRules,
  attempt: Attempt
): Promise<ReceivedFile[]> {
  const received: ReceivedFile[] = [];
  for (const [position, file] of files.entries()) {
    const staged = await stageDiskFile(file, rules, attempt);
    const { originalFilename } = file;
    received.push(
      new ReceivedFile(staged, originalFilename ?? staged.name, 'files', attempt, position)
    );
  }
  return received;
}
