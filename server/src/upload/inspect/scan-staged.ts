import { ScanFailed } from '../../errors';
import type { Scan } from '../../config/scan';
import { scanFile } from './scan';
import type { StagedFile } from '../stage/staged-file';

interface ScanSettings {
  /** The project's check; undefined where it has none. */
  scan?: Scan | undefined;
  /** ms that it may take for one file. */
  scanTimeout: number;
}

/**
 * Asks a project's check about staged files. One that fails lets nothing in; why it failed is for the
 * operator.
 *
 * @returns undefined where there is none; else a function that gives the reason for a refusal, or null,
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
        log.error(`security.scan failed for "${name}": ${String(error)}`);
        throw new ScanFailed(name);
      }
    })
  );
}
