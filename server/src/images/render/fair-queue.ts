/** Thrown to work that cannot be begun in time; the message says why. */
export class NoRoom extends Error {
  override name = 'NoRoom';
}

/** How long work waits. */
export interface Patience {
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
  /** Time (`Date.now()`) until which it waits; for ever without. */
  until?: number | undefined;
}

interface Waiter {
  cost: number;
  start(): void;
}

/**
 * Lets work run as long as its costs stay within a capacity. What does not fit waits, in order: work
 * that comes later never overtakes, so that nothing waits for ever, however large or small.
 */
export class FairQueue {
  private used = 0;
  private readonly waiting: Waiter[] = [];

  /** @param capacity asked anew each time, since settings change while the server runs */
  constructor(private readonly capacity: () => number) {}

  /**
   * @throws NoRoom for work that costs more than there is, or has waited too long
   * @throws the signal's reason when it is aborted before the work has begun
   */
  async run<T>(cost: number, work: () => Promise<T>, patience: Patience = {}): Promise<T> {
    await this.enter(cost, patience);
    try {
      return await work();
    } finally {
      this.used -= cost;
      this.letIn();
    }
  }

  private async enter(cost: number, { signal, until }: Patience): Promise<void> {
    signal?.throwIfAborted();
    if (cost > this.capacity()) {
      throw new NoRoom(`it needs ${cost} of ${this.capacity()}`);
    }
    if (this.waiting.length === 0 && this.fits(cost)) {
      this.used += cost;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const stop = (reason: unknown) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        const index = this.waiting.indexOf(waiter);
        if (index !== -1) {
          this.waiting.splice(index, 1);
          reject(reason);
          // It may have been the one that held up those behind it.
          this.letIn();
        }
      };
      const onAbort = () => stop(signal?.reason);
      const waiter = {
        cost,
        start: () => {
          stop(undefined);
          resolve();
        },
      };
      this.waiting.push(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      const timer =
        until === undefined
          ? undefined
          : setTimeout(() => stop(new NoRoom('its turn did not come in time')), until - Date.now());
    });
  }

  private letIn(): void {
    for (let next = this.waiting[0]; next && this.fits(next.cost); next = this.waiting[0]) {
      this.used += next.cost;
      this.waiting.shift();
      next.start();
    }
  }

  /** A capacity that has become smaller must not hold up for ever what was let wait. */
  private fits(cost: number): boolean {
    return this.used === 0 || this.used + cost <= this.capacity();
  }
}
