import { atMost } from '../util/at-most';
import { ShuttingDown } from '../errors';

/** Longest wait for running work before it is broken off, in ms. */
const PATIENCE = 20_000;

/** Longest wait for the end of what was broken off, in ms: nothing breaks off a call of a provider. */
const LAST_PATIENCE = 5_000;

/** The uploads and removals that run, so that a shutdown can wait for them. */
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
   * @param stop breaks the work off; it is to fail then and take back what it has done
   * @throws ShuttingDown
   */
  async run<T>(work: () => Promise<T>, stop: () => void = () => {}): Promise<T> {
    this.refuseWhileClosing();
    return this.track(work, stop);
  }

  /** @throws ShuttingDown while the server is shutting down */
  refuseWhileClosing(): void {
    if (this.closing) {
      throw new ShuttingDown();
    }
  }

  /** Runs work that is part of something that was let in already. */
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
   * Lets nothing new in, waits for what runs, and breaks off what takes too long. It ends in bounded time: what
   * does not come to its end even then is taken back by recovery, here or in another process.
   *
   * @returns how much was left running
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
