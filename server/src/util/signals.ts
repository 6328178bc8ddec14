import { setMaxListeners } from 'node:events';

/** Aborted with the first of these, for its reason; undefined where there is none. */
export function anySignal(...signals: Array<AbortSignal | undefined>): AbortSignal | undefined {
  const some = signals.flatMap((signal) => signal ?? []);
  if (some.length < 2) {
    return some[0];
  }
  const any = AbortSignal.any(some);
  // One listener for each step of an image that waits.
  setMaxListeners(0, any);
  return any;
}

/** Waits for work of somebody else, which goes on when this is aborted. */
export async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal?.reason as Error);
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
