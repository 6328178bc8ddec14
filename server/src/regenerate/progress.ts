import { randomUUID } from 'node:crypto';
import type { SizeChoice } from '../upload/derive/size-choice';

/** An image whose sizes could not be made. */
export interface Failure {
  id: number;
  name: string;
  /** A sentence. */
  reason: string;
}

/** What has become of one image. */
export interface FileResult {
  id: number;
  name: string;
  outcome: 'changed' | 'unchanged' | 'gone' | 'failed';
  /** Names of sizes; in a dry run what would be done. */
  made: string[];
  removed: string[];
  /** Why it failed, or was left as it is. */
  reason?: string;
}

/** How many images have been looked at, and what came of it. */
export interface Counts {
  done: number;
  changed: number;
  failed: number;
  /** The first of the failed ones. */
  failures: Failure[];
}

/** How a regeneration stands. */
export interface Progress extends SizeChoice, Counts {
  id: string;
  /**
   * `stopped`: somebody asked for it; `interrupted`: its process has ended; `failed`: it could not go
   * on, the log says why.
   */
  state: 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';
  dryRun: boolean;
  /** Images there are. */
  total: number;
  /** Times in ISO 8601. */
  startedAt: string;
  endedAt: string | null;
}

/** Failures that are told by name: a broken storage would fill the database with them. */
const MOST_FAILURES = 100;

export const NO_COUNTS: Counts = { done: 0, changed: 0, failed: 0, failures: [] };

/** @param counts of what was done before an interruption */
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

/** Adds what has become of an image. */
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
