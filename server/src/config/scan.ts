import type { Readable } from 'node:stream';

/** A file as the project's own check sees it: completely received, but not stored yet. */
export interface ScannedFile {
  /** Name of the file as users see it. */
  name: string;
  /** Extension of the name, with its dot; may be empty. */
  ext: string;
  /** MIME type according to its bytes. */
  mime: string;
  /** Size in bytes. */
  size: number;
  /** Stream of the original bytes. It is closed when the check has ended. */
  stream: Readable;
  /** A signal that is aborted when the check takes too long. */
  signal: AbortSignal;
}

/**
 * `security.scan` of the configuration: checks each file before it is stored.
 *
 * @returns the reason for a refusal, as a sentence for users; nothing if the file is accepted
 */
export type Scan = (file: ScannedFile) => unknown;
