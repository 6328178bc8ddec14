import type { Storage } from '../../storage/port';
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

/**
 * Keeps this process's leases alive and runs recovery passes, one at a time, until it is stopped.
 * Its timers do not keep the process alive.
 */
export class Caretaker {
  private timers: NodeJS.Timeout[] = [];
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly deps: CaretakerDeps) {}

  /** Waits for a first recovery pass, then goes on in the background. */
  async start(): Promise<void> {
    const { lease, interval } = this.deps;
    this.pass();
    await this.running;
    this.timers = [
      setInterval(() => this.run('a sign of life', () => this.renew()), lease() / 3),
      setInterval(() => this.pass(), interval()),
    ];
    for (const timer of this.timers) {
      timer.unref();
    }
  }

  /** Waits for what runs. */
  async stop(): Promise<void> {
    for (const timer of this.timers) {
      clearInterval(timer);
    }
    await this.running;
  }

  private pass(): void {
    this.run('recovery', this.deps.recover);
    this.run('tidying', this.deps.tidy);
  }

  private async renew(): Promise<void> {
    await this.deps.storage.touch?.();
    await this.deps.ledger.renew();
  }

  private run(what: string, work: () => Promise<unknown>): void {
    this.running = this.running.then(work).then(
      () => {},
      // A database that is away for a moment must not end the process; the next turn tries again.
      (error: unknown) => this.deps.log.warn(`upload: ${what} failed: ${String(error)}`)
    );
  }
}
