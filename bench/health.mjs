import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Timeout of one measurement in ms. */
const PATIENCE = 300_000;

/**
 * Requests a server's `/_health` while other work runs.
 *
 * @param url of the server
 * @param least minimum number of answers; the work is repeated until then
 * @param work starts the other work and returns a promise of its end
 * @returns the duration of each answer in ms, ascending, and how often the work has ended
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
