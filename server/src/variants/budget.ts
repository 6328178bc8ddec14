import type { FreeSpace } from './free-space';
import type { VariantPlace } from './model';
import type { Orphans } from './orphans';
import type { VariantFolder } from './variant-folder';
import type { CondemnedVariant, VariantTable } from './variant-table';

interface BudgetDeps {
  table: VariantTable;
  folder: VariantFolder;
  orphans: Pick<Orphans, 'removeSometimes'>;
  /** The disks of the variants of public files and of private files. */
  space: { publicFiles: FreeSpace; privateFiles: FreeSpace };
  options(): { maxBytes: number; maxAge?: number | undefined };
  now(): number;
  log: { warn(message: string): void };
}

/** How to read the variants whose bytes are removed, and how to change their rows afterwards. */
interface Removal {
  next(page: { most: number; after: number }): Promise<CondemnedVariant[]>;
  forget(ids: readonly number[]): Promise<void>;
}

/** Part of the budget to which variants are removed when it is full. */
const AFTER_REMOVAL = 0.95;

/**
 * Part of the budget that this process may add before it asks the database for the total. Other instances add to the
 * same total, so the budget is exceeded by at most this part for each instance.
 */
const UNCOUNTED = 0.02;

/** How often a use of a variant is recorded at most, in ms. */
const USE_STEP = 3_600_000;

/** Number of uses that are kept in memory before they are recorded. */
const MOST_USES = 10_000;

/** How long the copy of an original that another provider keeps stays, in ms. */
const ORIGINAL_LIFE = 600_000;

/** How long the copy of an original may be in use, in ms. */
const IN_USE = 60_000;

/** Number of variants that are removed at a time. */
const PAGE = 100;

/** Keeps the variants within their budget: the least recently used ones go. */
export class VariantBudget {
  /** Bytes that this process has added since it last asked for the total. */
  private uncounted = 0;
  private total: number | null = null;
  /** Ids of used variants that are not recorded yet, and times in ms of the last records. */
  private readonly uses = new Set<number>();
  private readonly recorded = new Map<number, number>();
  private running: Promise<void> | null = null;
  /** Whether there is more to remove than the running removal may find. */
  private isWanted = false;

  constructor(private readonly deps: BudgetDeps) {}

  /** Whether a variant may be stored. */
  async hasRoom(bytes: number, isPrivate: boolean): Promise<boolean> {
    const { options, space } = this.deps;
    const disk = isPrivate ? space.privateFiles : space.publicFiles;
    return bytes <= options().maxBytes && disk.isEnough();
  }

  /** Notes that a variant was stored. Removes other variants if the budget is full. */
  added(bytes: number): void {
    this.uncounted += bytes;
    if (this.mayBeFull) {
      this.removeSoon();
    }
  }

  /** Whether the budget may be full, as far as is known without asking the database for the sum of all sizes. */
  private get mayBeFull(): boolean {
    const { maxBytes } = this.deps.options();
    const isLikelyFull = this.total === null || this.total + this.uncounted > maxBytes;
    return isLikelyFull || this.uncounted > maxBytes * UNCOUNTED;
  }

  /** Notes that a variant was used. The use is recorded later, at most once an hour. */
  used(id: number): void {
    const before = this.recorded.get(id);
    const isRecorded = before !== undefined && this.deps.now() - before < USE_STEP;
    if (!isRecorded && this.uses.size < MOST_USES) {
      this.uses.add(id);
    }
  }

  /**
   * Records uses, removes variants that are too many or too old, the bytes of condemned ones, and what dead processes have
   * left.
   */
  async tidy(): Promise<void> {
    await this.recordUses();
    await this.removeOriginals(ORIGINAL_LIFE);
    await this.removeOld();
    await this.removeTooMany();
    await this.removeCondemned();
    await this.deps.folder.sweep();
    await this.deps.orphans.removeSometimes();
  }

  /** Resolves when no removal is running. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** Waits for a running removal, and records the uses that are in memory. */
  async close(): Promise<void> {
    await this.idle();
    await this.recordUses();
    await this.deps.folder.close();
  }

  /**
   * Removes the bytes of variants that are no longer used, and then their rows. A variant whose bytes cannot be removed
   * is tried again next time, and keeps no other variant.
   */
  async removeCondemned(): Promise<void> {
    const { table } = this.deps;
    await this.removePages({
      next: (page) => table.condemned(page),
      forget: (ids) => table.forget(ids),
    });
  }

  /**
   * Removes the bytes of variants, page by page, and then changes their rows.
   *
   * @returns number of bytes that were removed
   */
  private async removePages({ next, forget }: Removal): Promise<number> {
    let last = 0;
    let bytes = 0;
    for (;;) {
      const page = await next({ most: PAGE, after: last });
      const removed: CondemnedVariant[] = [];
      for (const variant of page) {
        last = variant.id;
        if (await this.removeBytes(variant)) {
          removed.push(variant);
          bytes += variant.bytes;
        }
      }
      await forget(removed.map(({ id }) => id));
      if (page.length < PAGE) {
        return bytes;
      }
    }
  }

  private async removeBytes(place: VariantPlace): Promise<boolean> {
    const { folder, log } = this.deps;
    try {
      await folder.remove(place);
      return true;
    } catch (error) {
      log.warn(`upload: the variant "${place.name}" could not be removed: ${String(error)}`);
      return false;
    }
  }

  /** Starts the removal of variants that are too many, and of the bytes of condemned ones. */
  removeSoon(): void {
    // A running removal may have passed by already what is to be removed now.
    this.isWanted = true;
    this.running ??= this.removeWanted()
      .catch((error: unknown) =>
        this.deps.log.warn(`upload: variants could not be removed: ${String(error)}`)
      )
      .finally(() => (this.running = null));
  }

  private async removeWanted(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      await this.removeTooMany();
      await this.removeCondemned();
    }
  }

  private async recordUses(): Promise<void> {
    const now = this.deps.now();
    const ids = [...this.uses];
    this.uses.clear();
    if (this.recorded.size > MOST_USES) {
      this.recorded.clear();
    }
    ids.forEach((id) => this.recorded.set(id, now));
    await this.deps.table.used(ids, now);
  }

  private async removeOld(): Promise<void> {
    const { table, options, now } = this.deps;
    const { maxAge } = options();
    while (maxAge !== undefined) {
      const oldest = await table.oldest(PAGE);
      const old = oldest.filter(({ usedAt }) => usedAt < now() - maxAge * 1000);
      await table.condemn(old.map(({ id }) => id));
      if (old.length < PAGE) {
        return;
      }
    }
  }

  /** Removes the copies of originals that are older than `life` ms. What is known of the originals stays. */
  private removeOriginals(life: number): Promise<number> {
    const { table, now } = this.deps;
    const before = now() - life;
    return this.removePages({
      next: (page) => table.originalsBefore(before, page),
      forget: (ids) => table.dropOriginals(ids),
    });
  }

  private async removeTooMany(): Promise<void> {
    const { table, options } = this.deps;
    if (!this.mayBeFull) {
      return;
    }
    const { maxBytes } = options();
    this.uncounted = 0;
    this.total = await table.total();
    if (this.total <= maxBytes) {
      return;
    }
    // Originals can be fetched again, so they go first, except those that may be in use.
    this.total -= await this.removeOriginals(IN_USE);
    while (this.total > maxBytes * AFTER_REMOVAL) {
      const ids: number[] = [];
      for (const { id, bytes } of await table.oldest(PAGE)) {
        if (this.total <= maxBytes * AFTER_REMOVAL) {
          break;
        }
        ids.push(id);
        this.total -= bytes;
      }
      if (ids.length === 0) {
        return;
      }
      await table.condemn(ids);
    }
  }
}
