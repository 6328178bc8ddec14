import { createReadStream } from 'node:fs';
import type { Scan, ScannedFile } from '../../config/scan';
import { withTimeout } from '../../util/signals';

interface FileToScan extends Omit<ScannedFile, 'stream' | 'signal'> {
  /** Path of the bytes on the local disk. */
  path: string;
}

/**
 * Calls the project's check for one file.
 *
 * @param timeout time limit of the check, in ms
 * @returns the reason for a refusal; null if the check accepts the file
 * @throws the error of the check; Error when the check takes too long or returns another kind of value
 */
export async function scanFile(
  scan: Scan,
  { path, ...about }: FileToScan,
  timeout: number
): Promise<string | null> {
  return withTimeout(timeout, undefined, async (signal) => {
    const stream = createReadStream(path);
    // If the check does not read the stream, the stream may be destroyed before it is open. That emits an error.
    stream.on('error', () => {});
    const tooLate = new Promise<never>((_, reject) => {
      signal.onabort = () =>
        reject(new Error(`it took longer than security.scanTimeout (${timeout} ms)`));
    });
    try {
      const answer = await Promise.race([scan({ ...about, stream, signal }), tooLate]);
      if (answer === undefined || answer === null || (typeof answer === 'string' && answer)) {
        return answer ?? null;
      }
      // A check must not return `true`: it could mean that the file is good or that it is bad.
      throw new Error('it must return a text with the reason for a refusal, or null or undefined');
    } finally {
      signal.onabort = null;
      stream.destroy();
    }
  });
}
