import { setMaxListeners } from 'node:events';

/** A signal that aborts as soon as one of the given signals does, with the same reason; undefined if none is given. */
export function anySignal(...signals: Array<AbortSignal | undefined>): AbortSignal | undefined {
  const some = signals.flatMap((signal) => signal ?? []);
  if (some.length < 2) {
    return some[0];
  }
  const any = AbortSignal.any(some);
  // The number of listeners is not limited: each waiting step of an image adds a listener.
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
 * Runs work with a signal that aborts when `signal` does, or when the time is over.
 *
 * @param ms as of {@link timeLimit}
 */
export async function withTimeout<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  signal?.throwIfAborted();
  const limit = timeLimit(ms);
  try {
    return await work(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
  } finally {
    limit.end();
  }
}

/** A time limit. Its signal aborts when the time is over, unless `end` was called before. */
interface TimeLimit {
  signal: AbortSignal;
  /** Stops the timer. After this call the signal does not abort. */
  end(): void;
}

/**
 * Starts a time limit. `AbortSignal.timeout` would not do: it cannot be stopped, so it would keep its listeners in
 * memory until the time is over, even if the work ended long before. With a limit of minutes, the listeners of hundreds
 * of requests would stay in memory.
 *
 * @returns a signal that aborts after `ms` milliseconds with a `TimeoutError`
 */
export function timeLimit(ms: number): TimeLimit {
  const controller = new AbortController();
  const tooLong = () =>
    controller.abort(new DOMException(`It took longer than ${ms} ms.`, 'TimeoutError'));
  const timer = setTimeout(tooLong, ms).unref();
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}
