import { DayLimitReached } from '../errors';
import { humanSize } from '../util/units';
import { watched } from '../util/watched';
import { secondsLeft } from './day';
import type { DayLimit } from './limits';

/** How much was brought. */
export interface Amount {
  files: number;
  bytes: number;
}

/** One limit of a caller, and what has been counted against it. */
export interface Used {
  limit: DayLimit;
  used: Amount;
}

/** What a file takes of its sender's day. Bytes as they were received. */
export interface Charge {
  allowance: Allowance;
  bytes: number;
}

/** Something that may be counted against somebody's day. */
export interface Chargeable {
  charge?: Charge | undefined;
}

/**
 * What one request may bring of its caller's day, as it was when it began: it bounds bytes while
 * they flow. Only the count in the database is right for requests at the same time: see `DayCounts`.
 */
export class Allowance {
  private readonly kept: Amount = { files: 0, bytes: 0 };

  /** @param day the day on which the request began, and for which it counts */
  constructor(
    readonly day: string,
    private readonly used: readonly Used[],
    private readonly now: () => number
  ) {}

  get limits(): DayLimit[] {
    return this.used.map(({ limit }) => limit);
  }

  /**
   * The bytes of the next file. One that is empty takes nothing.
   *
   * @throws DayLimitReached with the first byte that is too many
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

  /** A file is staged: the next ones have so much less. */
  keep(bytes: number): Charge {
    this.kept.files += 1;
    this.kept.bytes += bytes;
    return { allowance: this, bytes };
  }

  /** @throws DayLimitReached where an amount is more than a limit */
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
