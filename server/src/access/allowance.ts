import { DayLimitReached } from '../errors';
import { humanSize } from '../util/units';
import { watched } from '../util/watched';
import { secondsLeft } from './day';
import type { DayLimit } from './limits';

/** A number of files and bytes. */
export interface Amount {
  files: number;
  bytes: number;
}

/** One limit of a caller, and the amount that is already counted against it. */
export interface Used {
  limit: DayLimit;
  used: Amount;
}

/** What one received file adds to the counts of its sender's daily limits. `bytes` is the number of received bytes. */
export interface Charge {
  allowance: Allowance;
  bytes: number;
}

/** A file that may count against a daily limit. */
export interface Chargeable {
  charge?: Charge | undefined;
}

/**
 * The number of files and bytes that one request may send. The daily limits of its caller and the counts at the
 * beginning of the request decide this. The allowance checks the bytes while they arrive. The counts in the database
 * also cover other requests that run at the same time: see `DayCounts`.
 */
export class Allowance {
  private readonly kept: Amount = { files: 0, bytes: 0 };

  /** @param day the day on which the request began; the request counts for this day */
  constructor(
    readonly day: string,
    private readonly used: readonly Used[],
    private readonly now: () => number
  ) {}

  get limits(): DayLimit[] {
    return this.used.map(({ limit }) => limit);
  }

  /**
   * Passes on the bytes of the next file and checks the limits. An empty file counts nothing.
   *
   * @throws DayLimitReached with the first byte over a limit
   */
  metered(body: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    let size = 0;
    return watched(body, ({ length }) => {
      size += length;
      for (const { limit, used } of this.used) {
        const files = used.files + this.kept.files + 1;
        this.refusePast(limit, { files, bytes: used.bytes + this.kept.bytes + size });
      }
    });
  }

  /** Counts a staged file, so that less is left for the next files of the request. */
  keep(bytes: number): Charge {
    this.kept.files += 1;
    this.kept.bytes += bytes;
    return { allowance: this, bytes };
  }

  /**
   * Checks an amount against a daily limit.
   *
   * @throws DayLimitReached if an amount exceeds the limit
   */
  refusePast({ whose, files, bytes }: DayLimit, amount: Amount): void {
    if (amount.files > files) {
      throw this.reached('FILES_PER_DAY', `${files} files a day for ${whose}`);
    }
    if (amount.bytes > bytes) {
      throw this.reached('BYTES_PER_DAY', `${humanSize(bytes)} a day for ${whose}`);
    }
  }

  private reached(code: 'FILES_PER_DAY' | 'BYTES_PER_DAY', limit: string): DayLimitReached {
    return new DayLimitReached(code, limit, secondsLeft(this.day, this.now()));
  }
}
