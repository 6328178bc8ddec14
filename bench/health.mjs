import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Timeout of one measurement, in ms. */
const PATIENCE = 300_000;

/**
 * Requests a server's `/_health` while other work runs.
 *
 * @param url URL of the server
 * @param least minimum number of answers; the other work is repeated until there are so many
 * @param work starts the other work and returns a promise that resolves when the other work has ended
 * @returns the duration of each answer in ms, ascending, and how often the other work has ended
 */
export async function askBeside(url, least, work) {
  const taken = [];
  const started = performance.now();
  let rounds = 0;
  while (taken.length < least && performance.now() - started < PATIENCE) {
    const asker = new Worker(new URL('health-asker.mjs', import.meta.url), { workerData: { url } });
    await once(asker, 'online');
    await work();
    asker.postMessage('over');
    const [answers] = await once(asker, 'message');
    taken.push(...answers);
    rounds += 1;
  }
  return { taken: taken.sort((a, b) => a - b), rounds };
}
