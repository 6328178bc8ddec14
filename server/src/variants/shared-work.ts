import { unlessAborted } from '../util/signals';

/** Work that several callers wait for. */
interface Running<T> {
  result: Promise<T>;
  /** Ends the work. */
  stop: AbortController;
  callers: number;
}

/** Does equal work once for all callers that ask for it at the same time. */
export class SharedWork<T> {
  private readonly running = new Map<string, Running<T>>();

  /**
   * Joins running work, or starts it.
   *
   * @param key equal for equal work
   * @param start starts the work; its signal aborts when no caller waits any more
   * @param signal of this caller
   * @throws the error of the work; the reason of this caller's signal
   */
  async join(
    key: string,
    start: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal
  ): Promise<T> {
    signal?.throwIfAborted();
    const work = this.running.get(key) ?? this.begin(key, start);
    work.callers += 1;
    try {
      return await unlessAborted(work.result, signal);
    } finally {
      work.callers -= 1;
      if (work.callers === 0) {
        // A caller that comes now must not join work that is being stopped.
        this.end(key, work);
        work.stop.abort();
      }
    }
  }

  private begin(key: string, start: (signal: AbortSignal) => Promise<T>): Running<T> {
    const stop = new AbortController();
    const work: Running<T> = { stop, callers: 0, result: start(stop.signal) };
    this.running.set(key, work);
    const end = () => this.end(key, work);
    work.result.then(end, end);
    return work;
  }

  private end(key: string, work: Running<T>): void {
    if (this.running.get(key) === work) {
      this.running.delete(key);
    }
  }
}
