import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import prepareTemplate from '../support/template/prepare';

const SCRIPT = path.join(__dirname, '../../scripts/s3-server.sh');

/** The S3 server for the tests. It is kept in a global variable, because jest loads setup and teardown separately. */
export interface StartedServer {
  process: ChildProcess;
  dir: string;
}

/**
 * Starts an S3 server for all tests, unless the environment names a server: `S3_ENDPOINT`, `S3_REGION`, `S3_KEY`,
 * `S3_SECRET`. `SCRIPT` installs the Debian packages that the server needs, as root.
 */
export default async function startServer(): Promise<void> {
  await prepareTemplate();
  if (process.env.S3_ENDPOINT) {
    return;
  }
  const dir = await mkdtemp(path.join(os.tmpdir(), 's3-'));
  // The process is not detached, so that a signal to the tests' process group also ends the server.
  const server = spawn('bash', [SCRIPT, 'run', dir, String(await freePorts())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  Object.assign(globalThis, { s3Server: { process: server, dir } satisfies StartedServer });
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`The S3 server ended with code ${code} instead of starting.`);
  });
  await Promise.race([once(server.stdout, 'data'), ended]);
  ended.catch(() => {});
  const { stdout } = await promisify(execFile)('bash', [SCRIPT, 'env', dir]);
  for (const line of stdout.trim().split('\n')) {
    const [name, value] = line.split('=');
    process.env[name!] = value;
  }
}

/** A free port, after which the next port is free too. The S3 server uses both ports. */
async function freePorts(): Promise<number> {
  for (let port = 19_000; port < 20_000; port += 20) {
    if ((await isFree(port)) && (await isFree(port + 1))) {
      return port;
    }
  }
  throw new Error('No free ports for the S3 server.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
