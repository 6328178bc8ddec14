import { setTimeout } from 'node:timers/promises';
import { ShuttingDown } from '../errors';

/** Longest wait for running work before it is broken off, in ms. */
const PATIENCE = 20_000;

/** The uploads and removals that run, so that a shutdown can wait for them. */
export class Workload {
  private readonly running = new Set<{ done: Promise<unknown>; stop: () => void }>();
  private closing = false;

  constructor(private readonly patience = PATIENCE) {}

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

  /** Lets nothing new in, waits for what runs, and breaks off what takes too long. */
  async close(): Promise<void> {
    this.closing = true;
    const waiting = new AbortController();
    await Promise.race([
      this.idle(),
      setTimeout(this.patience, undefined, { signal: waiting.signal }).catch(() => {}),
    ]);
    waiting.abort();
    for (const { stop } of this.running) {
      stop();
    }
    await this.idle();
  }

  private async idle(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.allSettled([...this.running].map(({ done }) => done));
    }
  }
}
