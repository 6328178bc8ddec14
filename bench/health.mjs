import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Most ms of one look, whatever the work takes. */
const PATIENCE = 300_000;

/**
 * Asks a server for its health while other work goes on.
 *
 * @param url of the server
 * @param least how many answers are waited for; the work is begun anew until then
 * @param work what goes on beside; a promise of its end
 * @returns the ms that each answer took, ascending, and how often the work came to its end
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
