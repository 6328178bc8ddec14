/** Runs work, at most some at a time. The rest waits in the order in which it came. */
export class Places {
  private readonly waiting: Array<() => void> = [];

  /** @param free how much work may run at a time */
  constructor(private free: number) {}

  /** How much work waits. */
  get queued(): number {
    return this.waiting.length;
  }

  /** Runs some work when there is a place for it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free === 0) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
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
}
