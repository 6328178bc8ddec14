import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { StartedServer } from './start-server';

/** Stops the S3 server of the tests and removes its data. */
export default async function stopServer(): Promise<void> {
  const { s3Server } = globalThis as { s3Server?: StartedServer };
  if (s3Server) {
    const ended = once(s3Server.process, 'exit');
    s3Server.process.kill();
    await ended;
    await rm(s3Server.dir, { recursive: true, force: true });
  }
}
