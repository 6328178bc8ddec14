/**
 * The reason for each `abort()`. Without it, `abort()` would create an exception with a stack trace for each request.
 */
const OVER = new Error('The request is over');

/** Work of one request that runs in parallel to the reading of its form, and ends no later than the request. */
export class SideWork {
  private readonly running = new Set<Promise<unknown>>();
  private readonly over = new AbortController();

  /**
   * Runs work that an abort can end.
   *
   * @param work must end soon after the signal is aborted; the signal may already be aborted at the beginning
   */
  async run<T>(work: (over: AbortSignal) => Promise<T>): Promise<T> {
    const result = work(this.over.signal);
    this.running.add(result);
    try {
      return await result;
    } finally {
      this.running.delete(result);
    }
  }

  /** Aborts the work without waiting for its end. Its results will not be used. */
  breakOff(): void {
    this.over.abort(OVER);
  }

  /** Whether the work was aborted. */
  get isOver(): boolean {
    return this.over.signal.aborted;
  }

  /** Aborts the work and waits for its end. */
  async end(): Promise<void> {
    this.breakOff();
    await Promise.allSettled(this.running);
  }
}
