import type { ImageMaker } from '../images/render/image-maker';
import { Undecodable } from '../images/render/renderer';
import type { RunTransaction } from '../database/transactions';
import { Lru } from '../util/lru';
import type { VariantBudget } from './budget';
import type { VariantPlace } from './model';
import type { VariantPlan } from './plan-variant';
import { SharedWork } from './shared-work';
import type { Source } from './sources/sources';
import type { VariantFolder } from './variant-folder';
import type { MadeVariant, VariantTable } from './variant-table';

/** A variant of an image, and the image from which it is made. */
export interface WantedVariant {
  source: Source;
  made: VariantPlan;
  place: VariantPlace;
}

/** The bytes of a variant: in the folder of variants, or in memory if they could not be stored. */
export type FoundVariant =
  { place: VariantPlace; size: number } | { bytes: Uint8Array; etag: string };

interface VariantsDeps {
  imageMaker: Pick<ImageMaker, 'renderInTime' | 'renderPatiently'>;
  folder: VariantFolder;
  table: VariantTable;
  budget: VariantBudget;
  transaction: RunTransaction;
  /**
   * Whether a file still exists and its bytes are those of the source. Locks the file's row, so that it stays until the
   * transaction ends.
   */
  isCurrent(source: Source): Promise<boolean>;
  /**
   * Returns the path of the bytes of a source.
   *
   * @throws MachineFault if they can no longer be read; the signal's reason
   */
  pathOf(source: Source, signal: AbortSignal): Promise<string>;
  log: { warn(message: string): void };
}

/** Number of variants whose place is known to be right, so that a hit asks no database. */
const MOST_KNOWN = 20_000;

/** How long an image that cannot be decoded is not tried again, in ms. */
const PAUSE = 600_000;

/** Finds variants, and makes those that are missing. */
export class Variants {
  /** The rows of variants that were found, by their places. */
  private readonly known = new Lru<MadeVariant>(MOST_KNOWN);
  private readonly undecodable = new Lru<number>(1000);
  private readonly running = new SharedWork<FoundVariant | null>();

  constructor(private readonly deps: VariantsDeps) {}

  /**
   * Returns a variant that is made already; null if there is none. The bytes of a variant that this process knows may have
   * been removed or damaged meanwhile. Its reader sees that by their size, and calls `lost`. So a hit looks at the disk once.
   */
  async find({ source, made, place }: WantedVariant): Promise<FoundVariant | null> {
    const { folder, table, budget } = this.deps;
    const name = nameOf(place);
    const known = this.known.get(name);
    if (known) {
      budget.used(known.id);
      return { place, size: known.bytes };
    }
    const size = await folder.sizeOf(place);
    const row = size === null ? null : await table.find(source.fileId, made.recipe);
    // A variant that a power cut has damaged has another size than its row.
    if (size === null || row?.bytes !== size) {
      return null;
    }
    this.known.set(name, row);
    budget.used(row.id);
    return { place, size };
  }

  /** Notes that the bytes of a variant are missing or damaged. */
  lost(place: VariantPlace): void {
    this.known.delete(nameOf(place));
  }

  /**
   * Makes a variant, once for all callers at the same time.
   *
   * @param signal of one caller; the work ends when all callers are gone
   * @returns null if the image cannot be decoded
   * @throws NoRoom if the turn of the work does not come in time; RendererEnded; the signal's reason
   */
  make(wanted: WantedVariant, signal?: AbortSignal): Promise<FoundVariant | null> {
    if ((this.undecodable.get(wanted.source.state) ?? 0) > Date.now()) {
      return Promise.resolve(null);
    }
    return this.running.join(
      nameOf(wanted.place),
      async (all) => (await this.find(wanted)) ?? this.render(wanted, 'renderInTime', all),
      signal
    );
  }

  /**
   * Makes a variant for which nobody waits.
   *
   * @throws NoRoom if the image is too large; RendererEnded
   */
  makePatiently(wanted: WantedVariant): Promise<FoundVariant | null> {
    return this.running.join(
      nameOf(wanted.place),
      async (all) => (await this.find(wanted)) ?? this.render(wanted, 'renderPatiently', all)
    );
  }

  private async render(
    { source, made, place }: WantedVariant,
    how: 'renderInTime' | 'renderPatiently',
    signal: AbortSignal
  ): Promise<FoundVariant | null> {
    try {
      const file = { path: await this.deps.pathOf(source, signal), name: source.hash };
      const image = await this.deps.imageMaker[how](file, made.plan, signal);
      const [output] = image.formats;
      if (!output) {
        return this.cannotDecode(source);
      }
      const found = await this.store({ source, made, place }, output.data);
      if ('place' in found) {
        image.giveBack();
      }
      return found;
    } catch (error) {
      if (error instanceof Undecodable) {
        return this.cannotDecode(source);
      }
      throw error;
    }
  }

  private cannotDecode({ state }: Source): null {
    this.undecodable.set(state, Date.now() + PAUSE);
    return null;
  }

  /**
   * Stores a variant: first its row, then its name. So a variant with a name always has a row, and a row without bytes
   * is made again.
   */
  private async store(wanted: WantedVariant, bytes: Uint8Array): Promise<FoundVariant> {
    const { budget, log } = this.deps;
    const inMemory = { bytes, etag: `"${wanted.made.recipe}-${bytes.length.toString(36)}"` };
    try {
      if (!(await budget.hasRoom(bytes.length, wanted.place.isPrivate))) {
        return inMemory;
      }
      return (await this.publish(wanted, bytes))
        ? { place: wanted.place, size: bytes.length }
        : inMemory;
    } catch (error) {
      log.warn(
        `upload: a variant of "${wanted.source.hash}" could not be stored: ${String(error)}`
      );
      return inMemory;
    }
  }

  /**
   * Records and names a written variant.
   *
   * @returns false if the variant is no longer wanted
   */
  private async publish(wanted: WantedVariant, bytes: Uint8Array): Promise<boolean> {
    const { folder } = this.deps;
    const { place } = wanted;
    const written = await folder.write(onceOf(bytes), place.isPrivate);
    const isNamed = await folder.publishIf(written, place, () =>
      this.record(wanted, written.bytes)
    );
    return isNamed && this.isStillWanted(wanted);
  }

  /** Records a variant, unless its file was deleted or replaced meanwhile. */
  private async record({ source, made, place }: WantedVariant, bytes: number): Promise<boolean> {
    const { transaction, isCurrent, table, budget } = this.deps;
    const { fileId } = source;
    const [format] = made.plan.formats;
    const isCrop = format?.crop != null;
    const isRecorded = await transaction(async () => {
      const exists = await isCurrent(source);
      if (exists) {
        await table.record({ fileId, recipe: made.recipe, place, bytes, isCrop });
      }
      return exists;
    });
    if (isRecorded) {
      budget.added(bytes);
    }
    return isRecorded;
  }

  /** Whether a variant was not condemned between its row and its name. If it was, nobody else removes its bytes. */
  private async isStillWanted({ source, made, place }: WantedVariant): Promise<boolean> {
    const { table, folder } = this.deps;
    if ((await table.find(source.fileId, made.recipe)) !== null) {
      return true;
    }
    await folder.remove(place);
    return false;
  }
}

const nameOf = ({ name, isPrivate }: VariantPlace): string =>
  `${isPrivate ? 'private' : 'public'} ${name}`;

async function* onceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
