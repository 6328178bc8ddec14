// A thread that requests a server's `/_health` until it gets a message to stop. The thread is separate, because a
// thread that sends much data is busy and would measure its own delays.

import { once } from 'node:events';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** Time between two requests, in ms. */
const GAP = 25;

const { url } = workerData;

/**
 * Sends one request and returns its duration in ms. Each request uses a new connection, because a server that was busy
 * for long closes idle connections.
 */
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
// Each request is sent without waiting for the previous answer, because a busy server delays many clients at once.
while (!isOver) {
  answers.push(ask());
  await setTimeout(GAP);
}
parentPort.postMessage(await Promise.all(answers));
