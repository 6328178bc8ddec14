/** What one caller handed in, and how that caller is told of its end. */
interface Order<T> {
  items: readonly T[];
  done(result: Promise<unknown>): void;
}

/**
 * Does the work of callers together that come in the same turn of the event loop, or while the work of those
 * before them goes on: for work whose cost does not grow with the number of items, such as a search of all texts.
 */
export class Batches<T> {
  private waiting: Order<T>[] = [];
  private running = false;

  /** @param work gets each item once */
  constructor(private readonly work: (items: readonly T[]) => Promise<unknown>) {}

  /**
   * @returns when the work on these items has come to its end
   * @throws what the work throws on these items alone: one caller's failure is no other one's
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
