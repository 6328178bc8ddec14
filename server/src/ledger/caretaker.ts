import { atMost } from '../util/at-most';
import type { Storage } from '../storage/port';
import type { Ledger } from './ledger';

interface CaretakerDeps {
  ledger: Ledger;
  storage: Storage;
  recover(): Promise<number>;
  /** Deletes data that is no longer needed. */
  tidy(): Promise<void>;
  /** The lease of a row, and the pause between two recovery passes; both in ms. */
  lease(): number;
  interval(): number;
  log: { warn(message: string): void };
}

/** Longest wait for running tasks when the server shuts down, in ms. */
const PATIENCE = 5_000;

/**
 * Renews the leases of this process and runs recovery in the background until `stop`. The tasks do not wait for
 * each other: a storage that hangs during recovery does not delay the renewal of leases. The timers do not keep the
 * process alive.
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
      setInterval(() => this.run('the renewal of leases', () => this.renew()), lease() / 3),
      setInterval(() => this.pass(), interval()),
    ];
    for (const timer of this.timers) {
      timer.unref();
    }
  }

  /** Waits for running tasks, for a limited time. Another process completes what is then left. */
  async stop(): Promise<void> {
    for (const timer of this.timers) {
      clearInterval(timer);
    }
    await atMost(this.patience, this.idle());
  }

  /** Resolves when no task is running. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private pass(): void {
    this.run('recovery', this.deps.recover);
    this.run('the removal of old data', this.deps.tidy);
  }

  private async renew(): Promise<void> {
    await this.deps.storage.touch?.();
    await this.deps.ledger.renew();
  }

  /** Starts a task unless it is still running. If it is, the next interval tries to start it again. */
  private run(what: string, work: () => Promise<unknown>): void {
    if (this.running.has(what)) {
      return;
    }
    const task = work()
      .then(
        () => {},
        // A database that cannot be reached for a moment must not end the process. The next interval tries again.
        (error: unknown) => this.deps.log.warn(`upload: ${what} failed: ${String(error)}`)
      )
      .finally(() => this.running.delete(what));
    this.running.set(what, task);
  }
}
