import { setTimeout } from 'node:timers/promises';

/**
 * Waits for work, but not longer than given.
 *
 * @returns whether the work came to its end in time
 */
export async function atMost(ms: number, work: Promise<unknown>): Promise<boolean> {
  const waiting = new AbortController();
  const late = setTimeout(ms, false, { signal: waiting.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    waiting.abort();
  }
}
