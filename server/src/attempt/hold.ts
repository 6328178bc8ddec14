import { setTimeout } from 'node:timers/promises';
import { FileBusy } from '../errors';
import type { Ledger } from '../ledger/ledger';

/** Longest wait for another change of the same file, and the pause between two looks, in ms. */
const PATIENCE = 10_000;
const PAUSE = 20;

interface HoldDeps {
  ledger: Pick<Ledger, 'hold'>;
  /** Name that the ledger notes. */
  provider(): string;
  /** False inside a transaction of the caller's. */
  mayWait(): boolean;
  /** Takes back at once what a dead process has left of a change of a file. */
  recoverHold(fileId: number): Promise<void>;
}

/**
 * Takes a file for changing its objects, and waits while another change of it goes on.
 *
 * @returns key of the ledger row that holds it
 * @throws FileBusy after ten seconds; inside a caller's transaction at once, since the other change may wait for that one
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
