import { ScanFailed } from '../../errors';
import type { Scan } from '../../config/scan';
import { scanFile } from './scan';
import type { StagedFile } from '../stage/staged-file';

interface ScanSettings {
  /** The project's check; undefined if the project has none. */
  scan?: Scan | undefined;
  /** Time limit of the check for one file, in ms. */
  scanTimeout: number;
}

/**
 * Wraps the project's check for staged files. A check that fails refuses the file. The log names the cause, for the
 * operator only.
 *
 * @returns undefined if the project has no check; else a function that returns the reason for a refusal or null,
 *   and throws {@link ScanFailed}
 */
export function scannerOf(
  { scan, scanTimeout }: ScanSettings,
  log: { error(message: string): void }
): ((file: StagedFile) => Promise<string | null>) | undefined {
  return (
    scan &&
    (async ({ name, ext, mime, object }) => {
      try {
        const { path, size } = object;
        return await scanFile(scan, { name, ext, mime, size, path }, scanTimeout);
      } catch (error) {
        log.error(`upload: security.scan failed for the file "${name}": ${String(error)}`);
        throw new ScanFailed(name);
      }
    })
  );
}
