import { atMost } from '../util/at-most';
import { ShuttingDown } from '../errors';

/** Longest wait for running work before it is aborted, in ms. */
const PATIENCE = 20_000;

/** Longest wait for the end of aborted work, in ms. The call of a provider cannot be aborted. */
const LAST_PATIENCE = 5_000;

/** Tracks running uploads and removals, so that a shutdown can wait for them. */
export class Workload {
  private readonly running = new Set<{ done: Promise<unknown>; stop: () => void }>();
  private closing = false;

  constructor(
    private readonly patience = PATIENCE,
    private readonly lastPatience = LAST_PATIENCE
  ) {}

  /**
   * Runs work unless the server is shutting down.
   *
   * @param stop aborts the work, which must then fail and roll back what it has done
   * @throws ShuttingDown
   */
  async run<T>(work: () => Promise<T>, stop: () => void = () => {}): Promise<T> {
    this.refuseWhileClosing();
    return this.track(work, stop);
  }

  /**
   * Refuses new work while the server is shutting down.
   *
   * @throws ShuttingDown
   */
  refuseWhileClosing(): void {
    if (this.closing) {
      throw new ShuttingDown();
    }
  }

  /** Runs work that belongs to a request which was already accepted. */
  async track<T>(work: () => Promise<T>, stop: () => void = () => {}): Promise<T> {
    const done = work();
    const entry = { done, stop };
    this.running.add(entry);
    try {
      return await done;
    } finally {
      this.running.delete(entry);
    }
  }

  /**
   * Refuses new work, waits for running work, and aborts work that takes too long. Ends in bounded time: recovery,
   * in this or another process, rolls back work that is still running then.
   *
   * @returns the number of jobs that are still running
   */
  async close(): Promise<number> {
    this.closing = true;
    if (await atMost(this.patience, this.idle())) {
      return 0;
    }
    for (const { stop } of this.running) {
      stop();
    }
    await atMost(this.lastPatience, this.idle());
    return this.running.size;
  }

  private async idle(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.allSettled([...this.running].map(({ done }) => done));
    }
  }
}
