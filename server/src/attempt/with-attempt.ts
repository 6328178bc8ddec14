import type { Attempt } from './attempt';

/** Makes an attempt. */
export type NewAttempt = () => Attempt;

/**
 * Runs work that stores, changes or removes files. Where it fails, everything that it has put into storage is taken back
 * before its failure is told. What has succeeded settles the attempt in its own transaction, or when the caller's is committed.
 *
 * @throws what the work throws
 */
export async function withAttempt<T>(
  newAttempt: NewAttempt,
  work: (attempt: Attempt) => Promise<T>
): Promise<T> {
  const attempt = newAttempt();
  try {
    return await work(attempt);
  } catch (error) {
    await attempt.undo();
    throw error;
  }
}

/**
 * Runs work with an attempt that stores nothing for good: it stages what another attempt adopts, or holds a file while it
 * is read. What is left in it at the end is taken back.
 *
 * @throws what the work throws
 */
export async function withPassingAttempt<T>(
  newAttempt: NewAttempt,
  work: (attempt: Attempt) => Promise<T>
): Promise<T> {
  const attempt = newAttempt();
  try {
    return await work(attempt);
  } finally {
    await attempt.undo();
  }
}
