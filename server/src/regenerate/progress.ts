import { randomUUID } from 'node:crypto';
import type { SizeChoice } from '../upload/derive/size-choice';

/** An image whose sizes could not be made. */
export interface Failure {
  id: number;
  name: string;
  /** The reason as a full sentence. */
  reason: string;
}

/** The result for one image. */
export interface FileResult {
  id: number;
  name: string;
  outcome: 'changed' | 'unchanged' | 'gone' | 'failed';
  /** Names of the sizes that were made or removed. In a dry run, names of the sizes that would be made or removed. */
  made: string[];
  removed: string[];
  /** Why the image failed, or was not changed. */
  reason?: string;
}

/** Number of images, by their result. */
export interface Counts {
  done: number;
  changed: number;
  failed: number;
  /** The first failures, at most 100 of them. */
  failures: Failure[];
}

/** Progress of a regeneration. */
export interface Progress extends SizeChoice, Counts {
  id: string;
  /**
   * `stopped`: a user has stopped the regeneration. `interrupted`: its process has ended. `failed`: an error has ended
   * it; the log has the error.
   */
  state: 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';
  dryRun: boolean;
  /** Number of images in total. */
  total: number;
  /** Times of the beginning and the end, in ISO 8601. */
  startedAt: string;
  endedAt: string | null;
}

/** Maximum number of failures that are stored by name, so that a broken storage cannot fill the database with them. */
const MOST_FAILURES = 100;

export const NO_COUNTS: Counts = { done: 0, changed: 0, failed: 0, failures: [] };

/**
 * Returns the progress of a new regeneration.
 *
 * @param counts of the images that were done before an interruption
 */
export function newProgress(
  { mode, names, dryRun }: SizeChoice & { dryRun: boolean },
  counts: Counts,
  left: number
): Progress {
  return {
    ...{ id: randomUUID(), state: 'running', mode, names, dryRun },
    ...{ ...counts, failures: [...counts.failures], total: counts.done + left },
    ...{ startedAt: new Date().toISOString(), endedAt: null },
  };
}

/** Adds the result for an image to the counts. */
export function count(counts: Counts, { id, name, outcome, reason = '' }: FileResult): void {
  counts.done += 1;
  counts.changed += outcome === 'changed' ? 1 : 0;
  if (outcome === 'failed') {
    counts.failed += 1;
    if (counts.failures.length < MOST_FAILURES) {
      counts.failures.push({ id, name, reason });
    }
  }
}
