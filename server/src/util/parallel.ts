/**
 * Works on all items, at most `limit` of them at once, begun in their order.
 *
 * After a failure nothing further is begun, and it is thrown when what runs has come to its end: so
 * whoever takes the work back knows all of it.
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

/** Waits for all, so that one failure does not leave the others undone; then throws the first. */
export async function allOf(work: Array<Promise<unknown>>): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) {
    throw failed.reason;
  }
}
