import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { FairQueue } from '../fair-queue';
import { buffersOf } from '../memory';
import { renderPicture } from '../render';
import type { Answer, Order, ThreadData } from './messages';

// Renders pictures in a thread of its own, for `Renderer`.

const data = workerData as ThreadData;
const port = parentPort!;
const passes = new FairQueue(() => data.passes);
const stops = new Map<number, AbortController>();

sharp.cache(data.sharp.cache);
sharp.concurrency(data.sharp.concurrency);

port.on('message', (order: Order) => {
  if ('stop' in order) {
    stops.get(order.id)?.abort();
  } else {
    void carryOut(order);
  }
});

async function carryOut({ id, path, plan }: Exclude<Order, { stop: true }>): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  try {
    const { signal } = stop;
    const made = await renderPicture(path, plan, (work) => passes.run(1, work, { signal }));
    port.postMessage({ id, made } satisfies Answer, buffersOf(made));
  } catch (error) {
    port.postMessage({ id, failure: String(error) } satisfies Answer);
  } finally {
    stops.delete(id);
  }
}
