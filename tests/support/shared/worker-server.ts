import type { Server } from '../server';
import { HeldServer } from './held-server';

/** The one server of this worker, which outlives test files: their modules do not. */
let held: HeldServer | undefined;

/** Lends the server in the state of its start. */
export async function lendServer(): Promise<Server> {
  await held?.restore().catch(dropServer);
  if (!held) {
    held = await HeldServer.start();
    held.unref();
  }
  return held.lend();
}

/** Ends the server; the next file gets a new one. */
export async function dropServer(): Promise<void> {
  const dropped = held;
  held = undefined;
  await dropped?.stop();
}

// A worker ends when nothing holds it, or when jest's main process has waited for that for long enough.
process.once('beforeExit', () => void dropServer());
process.once('SIGTERM', () => void dropServer().finally(() => process.exit(143)));
