import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import sharp from 'sharp';
import { FairQueue } from '../render/fair-queue';
import { checkLeniently, renderLeniently } from '../render/lenient';
import { buffersOf, type Pass, type RenderedImage } from '../render/render';
import type { Answer, Order, Task, ThreadData } from './messages';

// Processes images in a thread of its own, for `Renderer`.

const data = workerData as ThreadData;
const port = portOfThread();
const passes = new FairQueue(() => data.passes);
const stops = new Map<number, AbortController>();

sharp.cache(data.sharp.cache);
sharp.concurrency(data.sharp.concurrency);

port.on('message', (order: Order) => {
  if ('stop' in order) {
    stops.get(order.id)?.abort();
  } else {
    void answer(order.id, order.task);
  }
});

/** The port on which orders arrive. */
function portOfThread(): MessagePort {
  if (!parentPort) {
    throw new Error('This module must run in a worker thread.');
  }
  return parentPort;
}

async function answer(id: number, task: Task): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  try {
    const { signal } = stop;
    const made = await carryOut(task, signal);
    port.postMessage({ id, made } satisfies Answer, buffersOf(made));
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    port.postMessage({ id, failure } satisfies Answer);
  } finally {
    stops.delete(id);
  }
}

/** The result of a task that only checks an image. */
const NOTHING: RenderedImage = { original: null, formats: [], placeholder: null };

async function carryOut(task: Task, signal: AbortSignal): Promise<RenderedImage> {
  const pass: Pass = (work) => passes.run(1, work, { signal });
  if (task.kind === 'render') {
    return renderLeniently(task.path, task.plan, { pass, signal });
  }
  await checkLeniently(task.path, task.image, { pass, signal });
  return NOTHING;
}
