import { setTimeout } from 'node:timers/promises';
import { FileBusy } from '../errors';
import type { Ledger } from '../ledger/ledger';

/** Longest wait for another change of the same file, and the pause between two tries, in ms. */
const PATIENCE = 10_000;
const PAUSE = 20;

interface HoldDeps {
  ledger: Pick<Ledger, 'hold'>;
  /** Provider name for the ledger row. */
  provider(): string;
  /** Whether the caller may wait for another change; false inside the caller's transaction. */
  mayWait(): boolean;
  /** Rolls back at once what a dead process has left unfinished on a file. */
  recoverHold(fileId: number): Promise<void>;
}

/**
 * Holds a file, so that the caller can change its objects. Waits while another change holds the file.
 *
 * @returns key of the ledger row that holds the file
 * @throws FileBusy after ten seconds; inside the caller's transaction at once, since the other change may be
 *   waiting for that transaction
 */
export async function holdFile(fileId: number, deps: HoldDeps): Promise<string> {
  const { ledger, provider, mayWait, recoverHold } = deps;
  const until = Date.now() + (mayWait() ? PATIENCE : 0);
  for (;;) {
    const key = await ledger.hold(provider(), fileId);
    if (key) {
      return key;
    }
    if (Date.now() >= until) {
      throw new FileBusy();
    }
    await recoverHold(fileId);
    await setTimeout(PAUSE);
  }
}
