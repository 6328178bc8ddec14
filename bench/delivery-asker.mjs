// A thread that requests URLs until it gets a message to stop. The thread is separate, because a thread with a thousand
// requests is busy and would measure its own delays.

import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { fetched } from './delivery-client.mjs';
import { timed } from './picture-client.mjs';

/** Time between two rounds of requests, in ms. A server must not get more work by being asked than by the flood. */
const GAP = 100;

/** @type {Record<string, string>} URLs by name */
const { urls } = workerData;
const answers = Object.fromEntries(Object.keys(urls).map((name) => [name, []]));
const agent = new http.Agent({ keepAlive: true });

async function ask(name) {
  const { ms, result } = await timed(() => fetched(urls[name], agent));
  answers[name].push(ms);
  if (result.status >= 300) {
    throw new Error(`${urls[name]} answered ${result.status}`);
  }
}

let isOver = false;
parentPort.once('message', () => (isOver = true));
while (!isOver) {
  for (const name of Object.keys(urls)) {
    await ask(name);
  }
  await setTimeout(GAP);
}
parentPort.postMessage(answers);
