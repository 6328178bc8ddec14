/** Runs work, at most some at a time. The rest waits in the order in which it came. */
export class Places {
  private readonly waiting: Array<() => void> = [];

  /** @param free how much work may run at a time */
  constructor(private free: number) {}

  /** How much work waits. */
  get queued(): number {
    return this.waiting.length;
  }

  /**
   * Runs some work when there is a place for it.
   *
   * @param signal ends the wait for a place, but not the work
   * @throws the signal's reason; the error of the work
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.free === 0) {
      await this.place(signal);
    } else {
      this.free -= 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) {
        // The place passes on without becoming free in between.
        next();
      } else {
        this.free += 1;
      }
    }
  }

  /** Waits for a place. */
  private place(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(signal?.reason as Error);
      };
      const enter = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      this.waiting.push(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
