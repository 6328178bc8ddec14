/** Commands that a script starts: bounded in time, and ended with the script. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

/** Process ids of the children that run; each leads a process group of its own. */
const running = new Set();

/** Ends a child together with the processes that it started itself. */
export function signal(pid, name) {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Starts a command. `ended` resolves to its exit code, never rejects.
 *
 * @param shown whether what it writes is shown as it comes, instead of kept in `output`
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

/** The end of what a command wrote. */
export const tail = ({ stdout, stderr }) =>
  `${stdout}${stderr}`.trim().split('\n').slice(-40).join('\n');

/** Runs a command to its end, killed after `patience` ms. Returns its exit code and its output. */
export async function finish(command, args, { patience, ...options }) {
  const { pid, output, ended } = launch(command, args, options);
  const timer = setTimeout(() => signal(pid, 'SIGKILL'), patience);
  const code = await ended;
  clearTimeout(timer);
  return { code, output };
}

/** Runs a command to its end and returns its stdout; throws what it wrote when it fails. */
export async function run(command, args, options) {
  const { code, output } = await finish(command, args, options);
  assert.equal(code, 0, `\`${command} ${args.join(' ')}\` ended with ${code}:\n${tail(output)}`);
  return output.stdout;
}

/** Has all children ended and `cleanUp` called when the script ends, by a signal too. */
export function atExit(cleanUp) {
  process.on('exit', () => {
    for (const pid of running) signal(pid, 'SIGKILL');
    cleanUp();
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => process.exit(1));
}
