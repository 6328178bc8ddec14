import { TooSlow } from '../../errors';

/** The slowest way in which a client may send its body. */
export interface MinimumRate {
  bytesPerSecond: number;
  /** Seconds that a client may be behind, and so the longest that it may send nothing. */
  after: number;
}

/**
 * The chunks of a body, as long as they come fast enough: as Apache's mod_reqtimeout has it
 * (`body=20,MinRate=500`), each byte buys the client time, but here never more than it began with,
 * so that one that was fast cannot be silent for hours. Only the time in which this waits for the
 * client counts: not that in which nobody asks for the next chunk.
 *
 * Its reader gets TooSlow; the source is not waited for then, since it may never end.
 */
export const atMinimumRate = (
  source: AsyncIterableIterator<Buffer>,
  rate: MinimumRate | false
): AsyncIterableIterator<Buffer> => (rate ? new Paced(source, rate) : source);

class Paced implements AsyncIterableIterator<Buffer> {
  /** For how long the client may go on being silent, in ms, from when it was last asked. */
  private patience: number;
  /** Since when the client has been waited for; undefined while nobody asks. */
  private asked: number | undefined;
  private fail: (error: unknown) => void = () => {};
  /**
   * The time at which patience ends only moves away while chunks come, so one timer serves many of them: it looks, and
   * begins again.
   */
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: AsyncIterableIterator<Buffer>,
    private readonly rate: MinimumRate
  ) {
    this.patience = rate.after * 1000;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Buffer>> {
    this.asked = performance.now();
    this.timer ??= this.look(this.patience);
    return new Promise((resolve, reject) => {
      this.fail = reject;
      this.source.next().then(
        (result) => {
          this.came(result);
          resolve(result);
        },
        (error: unknown) => {
          this.end();
          reject(error);
        }
      );
    });
  }

  async return(): Promise<IteratorResult<Buffer>> {
    const isWaiting = this.asked !== undefined;
    this.end();
    if (!isWaiting) {
      await this.source.return?.();
    }
    return { done: true, value: undefined };
  }

  private came(result: IteratorResult<Buffer>): void {
    if (result.done || this.asked === undefined) {
      this.end();
      return;
    }
    const waited = performance.now() - this.asked;
    const bought = (result.value.length / this.rate.bytesPerSecond) * 1000;
    const most = this.rate.after * 1000;
    this.patience = Math.min(most, Math.max(0, this.patience - waited) + bought);
    this.asked = undefined;
  }

  private look(ms: number): NodeJS.Timeout {
    // Where the event loop was held up, what has come in meanwhile is read before.
    return setTimeout(() => setImmediate(() => this.endIfLate()), ms);
  }

  private endIfLate(): void {
    this.timer = undefined;
    if (this.asked === undefined) {
      return;
    }
    const left = this.asked + this.patience - performance.now();
    if (left > 0) {
      this.timer = this.look(left);
    } else {
      this.fail(new TooSlow());
    }
  }

  private end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.asked = undefined;
  }
}
