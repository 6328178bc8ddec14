/** Thrown if work cannot begin in time. The message says why. */
export class NoRoom extends Error {
  override name = 'NoRoom';
}

/** Thrown if work can never begin, however long it waits. */
export class NeverRoom extends NoRoom {}

/** How long work waits for its turn. */
export interface Patience {
  /** A signal that aborts the wait. */
  signal?: AbortSignal | undefined;
  /** Time (`Date.now()`) at which the wait ends; without it, the wait has no limit. */
  until?: number | undefined;
}

interface Waiter {
  cost: number;
  start(): void;
}

/**
 * Runs pieces of work at the same time while the sum of their costs stays within a capacity. All other work waits in
 * order. Later work never starts before earlier work, so neither small nor large work waits without end.
 */
export class FairQueue {
  private used = 0;
  private readonly waiting: Waiter[] = [];

  /** @param capacity returns the capacity; called each time, since settings change while the server runs */
  constructor(private readonly capacity: () => number) {}

  /**
   * Runs work when its turn has come.
   *
   * @throws NeverRoom if the work costs more than the capacity; NoRoom if it has waited too long
   * @throws the signal's reason if aborted before the work begins
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

  /** Whether nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.used === 0 && this.waiting.length === 0;
  }

  private async enter(cost: number, { signal, until }: Patience): Promise<void> {
    signal?.throwIfAborted();
    if (cost > this.capacity()) {
      throw new NeverRoom(
        `it needs ${cost} bytes of memory, but the limit is ${this.capacity()} bytes`
      );
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
          // The removed waiter may have been the reason why the waiters after it had to wait.
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
          : setTimeout(
              () => stop(new NoRoom('it waited too long for its turn')),
              until - Date.now()
            );
    });
  }

  private letIn(): void {
    for (let next = this.waiting[0]; next && this.fits(next.cost); next = this.waiting[0]) {
      this.used += next.cost;
      this.waiting.shift();
      next.start();
    }
  }

  /**
   * Whether work may start now. Work always fits if nothing else runs: the capacity may have shrunk below the cost of
   * work that waits already.
   */
  private fits(cost: number): boolean {
    return this.used === 0 || this.used + cost <= this.capacity();
  }
}
