import { createReadStream } from 'node:fs';
import type { Scan, ScannedFile } from '../../config/scan';

interface FileToScan extends Omit<ScannedFile, 'stream' | 'signal'> {
  /** Of its bytes on the local disk. */
  path: string;
}

/**
 * Asks a project's check about a file.
 *
 * @param timeout ms that the check may take
 * @returns the reason for a refusal; null where there is none
 * @throws what the check throws; Error when it takes too long, or answers something else
 */
export async function scanFile(
  scan: Scan,
  { path, ...about }: FileToScan,
  timeout: number
): Promise<string | null> {
  const signal = AbortSignal.timeout(timeout);
  const stream = createReadStream(path);
  // One that nobody reads may be closed before it was opened.
  stream.on('error', () => {});
  const tooLate = new Promise<never>((_, reject) => {
    signal.onabort = () => reject(new Error(`it took longer than ${timeout} ms`));
  });
  try {
    const answer = await Promise.race([scan({ ...about, stream, signal }), tooLate]);
    if (answer === undefined || answer === null || (typeof answer === 'string' && answer)) {
      return answer ?? null;
    }
    // `true` could mean that the file is good, and that it is bad.
    throw new Error('it answered neither a reason nor nothing');
  } finally {
    signal.onabort = null;
    stream.destroy();
  }
}
