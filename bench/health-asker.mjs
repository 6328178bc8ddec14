// A thread that asks a server for its health until it is told to stop. In a thread of its own, since whoever sends much is
// busy, and would count its own delays.

import { once } from 'node:events';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** ms between two questions. */
const GAP = 25;

const { url } = workerData;

/** Each on a connection of its own: a server that was busy for long closes those that stay. */
async function ask() {
  const started = performance.now();
  const [response] = await once(http.get(`${url}/_health`, { agent: false }), 'response');
  response.resume();
  await once(response, 'end');
  return performance.now() - started;
}

let isOver = false;
parentPort.once('message', () => (isOver = true));
const answers = [];
// A question does not wait for the answer to the one before: what a busy server lets wait is many.
while (!isOver) {
  answers.push(ask());
  await setTimeout(GAP);
}
parentPort.postMessage(await Promise.all(answers));
