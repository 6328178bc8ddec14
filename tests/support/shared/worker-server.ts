import type { Server } from '../server';
import { HeldServer } from './held-server';

/** The only server of this worker. jest reloads the modules of a test file, but not this module. */
let held: HeldServer | undefined;

/** Returns the server in the state of its start. */
export async function lendServer(): Promise<Server> {
  await held?.restore().catch(dropServer);
  if (!held) {
    held = await HeldServer.start();
    held.unref();
  }
  return held.lend();
}

/** Stops the server. The next test file gets a new server. */
export async function dropServer(): Promise<void> {
  const dropped = held;
  held = undefined;
  await dropped?.stop();
}

// A worker ends when its event loop is empty, or when jest's main process stops waiting for it.
process.once('beforeExit', () => void dropServer());
process.once('SIGTERM', () => void dropServer().finally(() => process.exit(143)));
