import type { Preset } from '../config/transforms';
import { afterCommit } from '../database/after-commit';
import type { Database } from '../database/transactions';
import { isProcessed } from '../images/header/probe';
import { keyAt } from '../storage/local-url';
import { keyOf } from '../storage/port';
import type { FileRow } from '../types/rows';
import { Places } from '../util/places';
import type { Delivery } from './delivery';

interface EagerPresetsDeps {
  db: Database;
  delivery: Pick<Delivery, 'prepare'>;
  /** The configured presets; none if variants are switched off. */
  presets(): Record<string, Preset>;
  log: { warn(message: string): void };
}

/** Makes the variants of presets with `eager: true` when an image is stored. */
export class EagerPresets {
  private readonly places: Places;

  /** @param atOnce number of variants that are made at the same time */
  constructor(
    private readonly deps: EagerPresetsDeps,
    atOnce: number
  ) {
    this.places = new Places(atOnce);
  }

  /**
   * Makes the variants of a new or changed file that are not made yet. A variant that cannot be made now is made when it is
   * asked for, so this never fails. Inside a transaction of the caller, the work begins after its commit.
   */
  async makeFor(row: FileRow): Promise<void> {
    const { db, delivery, presets, log } = this.deps;
    const names = Object.keys(presets()).filter((name) => presets()[name]?.eager);
    if (names.length === 0 || !isProcessed(row.mime)) {
      return;
    }
    const object = keyAt(row.url) ?? {
      key: keyOf({ hash: row.hash, ext: row.ext ?? '' }),
      isPrivate: false,
    };
    await afterCommit(db, async () => {
      for (const name of names) {
        try {
          // Not all at once: one upload of many images must not fill the renderer.
          await this.places.run(() => delivery.prepare(object, name));
        } catch (error) {
          log.warn(
            `upload: the preset "${name}" of "${row.hash}" was not made at upload: ${String(error)}`
          );
        }
      }
    });
  }
}
