/** The items of one caller, and a callback for the result. */
interface Order<T> {
  items: readonly T[];
  done(result: Promise<unknown>): void;
}

/**
 * Collects the items of several callers and passes them to one run of `work`. One run gets the items of all callers in
 * the same turn of the event loop. Items that come during a run go into the next run. Use it for work whose cost does
 * not grow with the number of items, such as a search of all texts.
 */
export class Batches<T> {
  private waiting: Order<T>[] = [];
  private running = false;

  /** @param work gets each item only once */
  constructor(private readonly work: (items: readonly T[]) => Promise<unknown>) {}

  /**
   * @returns a promise that resolves when the work on the caller's items has ended
   * @throws the error of `work` for these items alone: after a failed common run, the items of each caller are tried
   *   separately
   */
  add(items: readonly T[]): Promise<unknown> {
    return new Promise((resolve) => {
      this.waiting.push({ items, done: resolve });
      if (!this.running) {
        this.running = true;
        setImmediate(() => void this.run());
      }
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const orders = this.waiting.splice(0);
      const together = this.work([...new Set(orders.flatMap(({ items }) => items))]);
      const failed = await together.then(
        () => false,
        () => true
      );
      for (const { items, done } of orders) {
        done(failed && orders.length > 1 ? this.work(items) : together);
      }
    }
    this.running = false;
  }
}
