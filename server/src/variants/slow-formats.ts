import { Lru } from '../util/lru';
import type { FoundVariant, WantedVariant } from './variants';

interface SlowFormatsDeps {
  /** Makes a variant, without a limit for the wait. */
  make(wanted: WantedVariant): Promise<FoundVariant | null>;
  /** Whether no image is being processed. */
  isIdle(): boolean;
  log: { warn(message: string): void };
}

/** Number of variants that may wait. */
const MOST_WAITING = 100;

/** Number of variants whose requests are counted. */
const MOST_COUNTED = 1000;

/** How often a variant must be asked for before it is made. */
const ENOUGH = 2;

/** Pause between two looks at whether images are being processed, in ms. */
const PAUSE = 250;

/**
 * Makes variants whose encoder is slow (AVIF) while no other image is processed, after they were asked for twice. Until
 * then, clients get a faster format.
 */
export class SlowFormats {
  private readonly counts = new Lru<number>(MOST_COUNTED);
  private readonly waiting = new Map<string, WantedVariant>();
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly deps: SlowFormatsDeps) {}

  /** Notes that a client would have taken a variant that is not made. */
  missed(wanted: WantedVariant): void {
    const { name } = wanted.place;
    const count = (this.counts.get(name) ?? 0) + 1;
    // A variant that failed once keeps its count, so it is not tried again.
    if (count > ENOUGH || this.waiting.size >= MOST_WAITING || this.isClosed) {
      return;
    }
    this.counts.set(name, count);
    if (count === ENOUGH) {
      this.waiting.set(name, wanted);
      this.lookLater();
    }
  }

  /** Resolves when no variant is being made. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** Makes no further variant. Waits for the one that is being made. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.waiting.clear();
    clearTimeout(this.timer ?? undefined);
    await this.idle();
  }

  private lookLater(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.running = this.makeNext();
    }, PAUSE).unref();
  }

  private async makeNext(): Promise<void> {
    const [next] = this.waiting;
    if (next && this.deps.isIdle()) {
      const [name, wanted] = next;
      this.waiting.delete(name);
      try {
        const made = await this.deps.make(wanted);
        if (made && 'place' in made) {
          // If the variant is removed, it may be made again.
          this.counts.delete(name);
        }
      } catch (error) {
        this.deps.log.warn(`upload: a variant in a slow format was not made: ${String(error)}`);
      }
    }
    if (this.waiting.size > 0 && !this.isClosed) {
      this.lookLater();
    }
  }
}
