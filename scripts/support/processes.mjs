/** Runs commands for a script. A command can have a timeout. All commands are ended together with the script. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

/** Process ids of the running children. Each child leads its own process group. */
const running = new Set();

/** Sends a signal to a child and to all processes that it has started. */
export function signal(pid, name) {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Starts a command. `ended` resolves to the exit code of the command and never rejects.
 *
 * @param shown whether to print the command's output at once, instead of collecting it in `output`
 */
export function launch(command, args, { cwd, env = {}, shown = false } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, STRAPI_TELEMETRY_DISABLED: 'true', ...env },
    stdio: shown ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream]?.setEncoding('utf8').on('data', (text) => (output[stream] += text));
  }
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signalName) => resolve(code ?? signalName));
  });
  if (child.pid) {
    running.add(child.pid);
    ended.then(() => running.delete(child.pid));
  }
  return { pid: child.pid, output, ended };
}

/** The last lines of a command's output. */
export const tail = ({ stdout, stderr }) =>
  `${stdout}${stderr}`.trim().split('\n').slice(-40).join('\n');

/** Runs a command until it ends, and kills it after `patience` ms. Returns its exit code and its output. */
export async function finish(command, args, { patience, ...options }) {
  const { pid, output, ended } = launch(command, args, options);
  const timer = setTimeout(() => signal(pid, 'SIGKILL'), patience);
  const code = await ended;
  clearTimeout(timer);
  return { code, output };
}

/**
 * Runs a command until it ends and returns its stdout. If the command fails, throws an error with the command's output.
 */
export async function run(command, args, options) {
  const { code, output } = await finish(command, args, options);
  assert.equal(code, 0, `\`${command} ${args.join(' ')}\` ended with ${code}:\n${tail(output)}`);
  return output.stdout;
}

/**
 * Registers the end of the script. When the script ends, also by a signal, all children are killed and `cleanUp` is
 * called.
 */
export function atExit(cleanUp) {
  process.on('exit', () => {
    for (const pid of running) signal(pid, 'SIGKILL');
    cleanUp();
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => process.exit(1));
}
