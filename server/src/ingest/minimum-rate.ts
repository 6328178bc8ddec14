import { TooSlow } from '../errors';

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
 * @throws TooSlow; the source is not waited for then, since it may never end
 */
export async function* atMinimumRate(
  source: AsyncGenerator<Buffer>,
  rate: MinimumRate | false
): AsyncGenerator<Buffer> {
  if (!rate) {
    yield* source;
    return;
  }
  const most = rate.after * 1000;
  let patience = most;
  let finished = true;
  try {
    for (;;) {
      const asked = performance.now();
      finished = false;
      const next = await within(patience, source.next());
      finished = true;
      if (next.done) {
        return;
      }
      const waited = performance.now() - asked;
      const bought = (next.value.length / rate.bytesPerSecond) * 1000;
      patience = Math.min(most, Math.max(0, patience - waited) + bought);
      yield next.value;
    }
  } finally {
    if (finished) {
      await source.return(undefined);
    }
  }
}

/** @throws TooSlow after so many ms */
function within<T>(ms: number, pending: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new TooSlow());
    // Where the event loop was held up, what has come in meanwhile is read before.
    const timer = setTimeout(() => setImmediate(late), ms);
    void pending.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
