/**
 * Waits for work, but not longer than `ms`.
 *
 * Each upload calls this. The timer has no AbortSignal, because each `abort()` creates an exception with a stack trace,
 * which costs more than the rest of this function.
 *
 * @returns whether the work ended in time
 */
export async function atMost(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
