import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** A file as a project's own check sees it: received whole, and not stored yet. */
export interface ScannedFile {
  /** As people know it. */
  name: string;
  /** With its dot; may be empty. */
  ext: string;
  /** What its bytes say that it is. */
  mime: string;
  /** Bytes. */
  size: number;
  /** The bytes as they came; closed when the check has ended. */
  stream: Readable;
  /** Aborted when the check has taken too long. */
  signal: AbortSignal;
}

/**
 * `security.scan` of the configuration: looks at each file before it is stored.
 *
 * @returns the reason why the file is refused, a sentence for people; nothing where it is let in
 */
export type Scan = (file: ScannedFile) => unknown;

/**
 * Asks a project's check about a file.
 *
 * @param path of its bytes on the local disk
 * @param timeout ms that the check may take
 * @returns the reason for a refusal; null where there is none
 * @throws what the check throws; Error when it takes too long, or answers something else
 */
export async function scanFile(
  scan: Scan,
  path: string,
  about: Omit<ScannedFile, 'stream' | 'signal'>,
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
    const { name, ext, mime, size } = about;
    const answer = await Promise.race([scan({ name, ext, mime, size, stream, signal }), tooLate]);
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
