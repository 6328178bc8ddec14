import { TooSlow } from '../../errors';

/** The lowest rate at which a client may send its body. */
export interface MinimumRate {
  bytesPerSecond: number;
  /** Seconds that a client may be behind this rate. Also the longest time in which the client may send nothing. */
  after: number;
}

/**
 * Passes on the chunks of a body as long as they come fast enough. As with Apache's mod_reqtimeout
 * (`body=20,MinRate=500`), each byte gives the client more time. Unlike with mod_reqtimeout, the client never has more
 * time left than at the beginning, so that a fast client cannot be silent for hours afterwards. Only the time in which
 * this function waits for the client counts, not the time in which the reader asks for no chunk.
 *
 * When the client is too slow, the reader gets TooSlow. The source is then not awaited, since it may never end.
 */
export const atMinimumRate = (
  source: AsyncIterableIterator<Buffer>,
  rate: MinimumRate | false
): AsyncIterableIterator<Buffer> => (rate ? new Paced(source, rate) : source);

class Paced implements AsyncIterableIterator<Buffer> {
  /** How much longer the client may be silent, in ms, counted from `asked`. */
  private patience: number;
  /** The time at which the reader asked for the pending chunk; undefined while no chunk is asked for. */
  private asked: number | undefined;
  private fail: (error: unknown) => void = () => {};
  /**
   * While chunks come, the deadline only moves later. So one timer serves many chunks: when it fires, it checks the
   * deadline and starts again.
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
    // If the event loop was blocked, chunks may be waiting. `setImmediate` lets the event loop read them first.
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
