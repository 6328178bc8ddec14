import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { StartedServer } from './start-server';

/** Stops the server that was started for the tests, and forgets its data. */
export default async function stopServer(): Promise<void> {
  const { s3Server } = globalThis as { s3Server?: StartedServer };
  if (s3Server) {
    const ended = once(s3Server.process, 'exit');
    s3Server.process.kill();
    await ended;
    await rm(s3Server.dir, { recursive: true, force: true });
  }
}
