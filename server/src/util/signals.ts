import { setMaxListeners } from 'node:events';

/** A signal that aborts as soon as one of the given signals does, with the same reason; undefined if none is given. */
export function anySignal(...signals: Array<AbortSignal | undefined>): AbortSignal | undefined {
  const some = signals.flatMap((signal) => signal ?? []);
  if (some.length < 2) {
    return some[0];
  }
  const any = AbortSignal.any(some);
  // No limit: each waiting step of an image adds a listener.
  setMaxListeners(0, any);
  return any;
}

/** Waits for work, but only until the signal aborts. The work itself goes on. */
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

/**
 * Runs work with a signal that aborts when `signal` does, and at the latest after `ms` milliseconds, with a
 * `TimeoutError`. `AbortSignal.timeout` would hold what listens to it until the time has passed, even if the work ended
 * long before: with a timeout of minutes that is memory of hundreds of requests.
 */
export async function withTimeout<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  signal?.throwIfAborted();
  const either = new AbortController();
  const abort = () => either.abort(signal?.reason);
  const timer = setTimeout(
    () => either.abort(new DOMException(`It took longer than ${ms} ms.`, 'TimeoutError')),
    ms
  );
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await work(either.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
