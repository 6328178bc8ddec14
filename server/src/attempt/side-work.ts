/** Given to each `abort()`, which would otherwise make an exception with a stack for each request. */
const OVER = new Error('The request is over');

/** Work of one request that goes on beside the reading of its form, and ends with it at the latest. */
export class SideWork {
  private readonly running = new Set<Promise<unknown>>();
  private readonly over = new AbortController();

  /** @param work is to end soon when the signal is aborted, which it may be already */
  async run<T>(work: (over: AbortSignal) => Promise<T>): Promise<T> {
    const result = work(this.over.signal);
    this.running.add(result);
    try {
      return await result;
    } finally {
      this.running.delete(result);
    }
  }

  /** Breaks it off, without waiting: what it makes will not be used. */
  breakOff(): void {
    this.over.abort(OVER);
  }

  /** Whether it was broken off. */
  get isOver(): boolean {
    return this.over.signal.aborted;
  }

  /** Breaks it off and waits for its end. */
  async end(): Promise<void> {
    this.breakOff();
    await Promise.allSettled(this.running);
  }
}
