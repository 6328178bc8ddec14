// Starts the playground by the README's first command, on a free port and with a database of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const PATIENCE = 8 * 60_000;
const UPLOADS = path.join(import.meta.dirname, '../../playground/public/uploads');

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/**
 * Returns the `curl` line and the login that the playground prints. Prints all output of the playground, also after
 * these lines.
 */
function printedLines(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text) => {
      process.stdout.write(text);
      output += text;
      const curl = /^echo .* \| curl .*$/m.exec(output)?.[0];
      const [, email, password] = /^Login +(\S+) +(\S+)$/m.exec(output) ?? [];
      if (curl && output.includes('Strapi started successfully')) {
        resolve({ curl, login: email ? { email, password } : null });
      }
    });
    child.once('close', () => reject(new Error('it ended before it printed its curl line')));
  });
}

/**
 * Starts the playground, runs `work` and stops the playground. Then removes all files that the playground has left.
 *
 * @param work gets the address, such as `http://127.0.0.1:41234`, the printed `curl` line, and the printed login or
 *   null
 * @throws Error if the playground does not start within eight minutes; any error of `work`
 */
export async function withPlayground(work) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'playground-'));
  const before = new Set(await readdir(UPLOADS));
  const port = await freePort();
  // The option `detached` starts a process group, so that one signal ends npm and all processes that npm has started.
  const child = spawn('npm', ['run', 'playground'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: String(port), DATABASE_FILENAME: path.join(folder, 'data.db') },
  });
  child.stdout.setEncoding('utf8');
  const timer = setTimeout(() => process.kill(-child.pid, 'SIGTERM'), PATIENCE);
  try {
    const printed = await printedLines(child);
    return await work({ url: `http://127.0.0.1:${port}`, ...printed });
  } finally {
    clearTimeout(timer);
    await stop(child);
    await rm(folder, { recursive: true, force: true });
    for (const name of await readdir(UPLOADS)) {
      if (!before.has(name)) {
        await rm(path.join(UPLOADS, name), { recursive: true });
      }
    }
  }
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  process.kill(-child.pid, 'SIGTERM');
  await Promise.race([once(child, 'close'), new Promise((r) => setTimeout(r, 15_000).unref())]);
}
