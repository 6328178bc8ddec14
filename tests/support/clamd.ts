import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

const PROGRAM = '/usr/sbin/clamd';

export const hasClamd = existsSync(PROGRAM);

/** The file content that the daemon reports as infected. The daemon knows no other infection. */
export const INFECTION = 'only a test, not a virus';

/**
 * Starts ClamAV's daemon on a free port, with only the signature of `INFECTION`. The caller of this function stops it.
 */
export async function startClamd() {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'clamd-'));
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  const hex = Buffer.from(INFECTION).toString('hex');
  await writeFile(path.join(dir, 'test.ndb'), `Own.Test:0:*:${hex}\n`);
  const settings = [
    `DatabaseDirectory ${dir}`,
    `TemporaryDirectory ${dir}`,
    'TCPAddr 127.0.0.1',
    `TCPSocket ${port}`,
    'Foreground yes',
    'StreamMaxLength 1M',
  ];
  await writeFile(path.join(dir, 'clamd.conf'), settings.join('\n'));
  const child = spawn(PROGRAM, ['--config-file', path.join(dir, 'clamd.conf')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }
    await rm(dir, { recursive: true, force: true });
  };
  for (let turn = 0; turn < 300; turn += 1) {
    if (await answers(port)) {
      return { port, stop };
    }
    if (child.exitCode !== null) {
      break;
    }
    await setTimeout(100);
  }
  await stop();
  throw new Error(`clamd did not start: ${output}`);
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
