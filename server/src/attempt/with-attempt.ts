import type { Attempt } from './attempt';

/** Creates an attempt. */
export type NewAttempt = () => Attempt;

/**
 * Runs work that stores, changes or removes files. If the work fails, the attempt is rolled back before the error is
 * thrown. If the work succeeds, the attempt is settled after the commit of its own transaction or of the caller's.
 *
 * @throws the error of the work
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
 * Runs work with an attempt that stores nothing permanently. The work stages objects that another attempt takes
 * over, or it holds a file while it reads the file. Everything that is left in the attempt at the end is rolled
 * back.
 *
 * @throws the error of the work
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
