/**
 * Processes all items, at most `limit` at a time, started in order.
 *
 * After a failure no further item is started. The error is thrown once all running work has ended, so that a caller
 * that rolls back knows all of its effects.
 *
 * @returns the results in the order of the items
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  let failed = false;
  const takeFromQueue = async () => {
    for (const [index, item] of queue) {
      if (failed) {
        return;
      }
      try {
        results[index] = await work(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Math.max(1, Math.min(limit, items.length));
  await allOf(Array.from({ length: workers }, takeFromQueue));
  return results;
}

/** Waits for all promises, so that none is still running when the first error is thrown. */
export async function allOf(work: Array<Promise<unknown>>): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) {
    throw failed.reason;
  }
}
