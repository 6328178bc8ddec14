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
