import { atMost } from '../util/at-most';
import type { Storage } from '../storage/port';
import type { Ledger } from './ledger';

interface CaretakerDeps {
  ledger: Ledger;
  storage: Storage;
  recover(): Promise<number>;
  /** Removes what nobody needs any more. */
  tidy(): Promise<void>;
  /** In ms. */
  lease(): number;
  interval(): number;
  log: { warn(message: string): void };
}

/** Longest wait for what runs when the server shuts down, in ms. */
const PATIENCE = 5_000;

/**
 * Keeps this process's leases alive and runs recovery passes, in the background, until it is stopped. Each of
 * its tasks waits for nothing but itself: a storage that hangs in recovery holds up no sign of life.
 * Its timers do not keep the process alive.
 */
export class Caretaker {
  private timers: NodeJS.Timeout[] = [];
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly deps: CaretakerDeps,
    private readonly patience = PATIENCE
  ) {}

  start(): void {
    const { lease, interval } = this.deps;
    this.pass();
    this.timers = [
      setInterval(() => this.run('a sign of life', () => this.renew()), lease() / 3),
      setInterval(() => this.pass(), interval()),
    ];
    for (const timer of this.timers) {
      timer.unref();
    }
  }

  /** Waits for what runs, but not for ever: what is left then is another process's to bring to its end. */
  async stop(): Promise<void> {
    for (const timer of this.timers) {
      clearInterval(timer);
    }
    await atMost(this.patience, this.idle());
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private pass(): void {
    this.run('recovery', this.deps.recover);
    this.run('tidying', this.deps.tidy);
  }

  private async renew(): Promise<void> {
    await this.deps.storage.touch?.();
    await this.deps.ledger.renew();
  }

  /** Begins a task unless it runs already: then it is begun again at its next time. */
  private run(what: string, work: () => Promise<unknown>): void {
    if (this.running.has(what)) {
      return;
    }
    const task = work()
      .then(
        () => {},
        // A database that is away for a moment must not end the process; the next turn tries again.
        (error: unknown) => this.deps.log.warn(`upload: ${what} failed: ${String(error)}`)
      )
      .finally(() => this.running.delete(what));
    this.running.set(what, task);
  }
}
