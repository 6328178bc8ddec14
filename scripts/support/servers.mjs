/** Starts servers on free ports of 127.0.0.1 for a script. */

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch, signal, tail } from './processes.mjs';

/** Time that a server has for its end, in ms. After it, the server is killed. */
const PATIENCE_TO_STOP = 15_000;

/** Returns a port that no server uses. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Starts a server and waits until it answers.
 *
 * @param command path of the command
 * @param args function that gets the port and returns the arguments of the command
 * @param options `cwd`; `env`, which is extended by `HOST` and `PORT`; `patience` in ms; and `path`, which the server
 *   answers with 2xx when it is ready
 * @returns the address of the server, such as `http://127.0.0.1:41234`, and `stop`
 * @throws Error with the server's output if the server ends, or does not answer within `patience`
 */
export async function startServer(command, args, { cwd, env, patience, path }) {
  const port = await freePort();
  const { pid, output, ended } = launch(command, args(port), {
    cwd,
    env: { NODE_ENV: 'production', ...env, HOST: '127.0.0.1', PORT: String(port) },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => end(pid, ended);
  const gone = ended.then((code) => assert.fail(`it ended with ${code}:\n${tail(output)}`));
  try {
    await Promise.race([gone, answers(url + path, patience)]);
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${tail(output)}`, { cause: error });
  }
  return { url, stop };
}

/** Waits until an address answers with 2xx. Throws an error after `patience` ms. */
async function answers(url, patience) {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    const request = fetch(url, { signal: AbortSignal.timeout(patience) });
    const isReady = await request.then(
      ({ ok }) => ok,
      () => false
    );
    if (isReady) return;
    await sleep(250);
  }
  assert.fail(`no answer within ${patience / 1000} seconds`);
}

async function end(pid, ended) {
  signal(pid, 'SIGTERM');
  const timer = setTimeout(() => signal(pid, 'SIGKILL'), PATIENCE_TO_STOP);
  await ended;
  clearTimeout(timer);
}
