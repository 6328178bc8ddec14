import { ProviderTimeout } from '../errors';
import type { FileIdentity, Ledger } from '../ledger/ledger';
import type { MarkedFiles } from '../ledger/marked-files';
import type { LedgerObject } from '../ledger/model';
import type {
  Publication,
  PublishedObject,
  StagedObject,
  Storage,
  StoredObject,
} from '../storage/port';
import { allOf } from '../util/parallel';

/** An object to publish. With `old`, it replaces the bytes of that object. */
export interface Placement extends Publication {
  old?: StoredObject | undefined;
  /** For an original: whether private metadata may be left in it. */
  metadataKept?: boolean | undefined;
}

/** A file whose objects are to be published. */
export interface PlaceableFile {
  /** The objects of the file, the original first. */
  placements: readonly Placement[];
}

/** Returns the `metadataKept` of the file's original; undefined if the original is not among the placements. */
export const metadataKeptIn = (placements: readonly Placement[]): boolean | undefined =>
  placements.find(({ metadataKept }) => metadataKept !== undefined)?.metadataKept;

/** One object of a file: its placement, its entry in the ledger row, and the storage's answer after publishing. */
export interface Slot {
  placement: Placement;
  object: LedgerObject;
  published?: PublishedObject;
}

/** Returns a slot with the object as the ledger names it before it is published. */
export function slotOf(placement: Placement, storage: Pick<Storage, 'newKeep'>): Slot {
  const { staged, address, old } = placement;
  const facts = { sizeInBytes: staged.size, sha256: staged.sha256 };
  return {
    placement,
    object: { ...address, ...facts, ...(old ? { keep: storage.newKeep() } : {}) },
  };
}

/** The ledger row or the markers that name the objects of a file before they are published. */
export interface Naming {
  /** Key of the ledger row or of the markers. */
  key: string;
  /** Whether the file is new, so that the ledger has no stored row of it. */
  isNew: boolean;
  /** Set if markers name the objects; null if a ledger row names them. */
  marked: MarkedFiles | null;
}

interface PlacingDeps {
  storage: Storage;
  ledger: Ledger;
  /** Key of the caller that creates the files, for the ledger row; null if the caller is unknown. */
  creator(): string | null;
}

/** The objects of one file, from the time when the ledger or markers name them until the end of the attempt. */
export class Placing {
  readonly key: string;
  private slots: Slot[] = [];
  /** Functions that undo what was done to the objects so far. */
  private readonly steps: Array<() => Promise<void>> = [];

  constructor(
    private readonly naming: Naming,
    private readonly deps: PlacingDeps
  ) {
    this.key = naming.key;
  }

  /**
   * Sets the objects of this placing.
   *
   * @returns for each object a function that publishes it and returns its staged object
   */
  fill(slots: Slot[]): Array<() => Promise<StagedObject>> {
    this.slots = slots;
    return slots.map((slot) => () => this.publish(slot));
  }

  /** The storage's answer for each published object. */
  get published(): PublishedObject[] {
    return this.slots.flatMap(({ published }) => published ?? []);
  }

  /**
   * Inside the transaction: records that the objects belong to this row of `files`.
   *
   * @param others objects that the row named before and still names
   * @throws LeaseLost when another process has rolled back the objects meanwhile
   */
  async confirm(file: FileIdentity, others: readonly LedgerObject[] = []): Promise<void> {
    const { ledger, creator } = this.deps;
    const { key, marked, isNew } = this.naming;
    const placed = this.objects.map(({ keep: _keep, ...object }) => object);
    const metadataKept = metadataKeptIn(this.slots.map(({ placement }) => placement));
    await (marked
      ? marked.record(key, file, { objects: placed, creator: creator(), metadataKept })
      : ledger.confirm(key, file, { objects: [...others, ...placed], isNew, metadataKept }));
  }

  /** After the commit: removes the bytes that were replaced. */
  async settle(): Promise<void> {
    const { key, marked } = this.naming;
    const kept = this.objects.flatMap(({ keep }) => keep ?? []);
    await allOf([
      ...kept.map((keep) => this.deps.storage.forget(keep)),
      ...(marked ? [marked.clear(key, this.objects)] : []),
    ]);
  }

  /**
   * Rolls everything back. A provider call that timed out may still store an object later. The ledger row of such an
   * object is left to recovery, which looks at it after the lease has run out.
   */
  async undo(): Promise<void> {
    const { ledger } = this.deps;
    const { key, marked } = this.naming;
    const isUnsure = this.objects.some(({ unsure }) => unsure);
    try {
      await allOf(this.steps.reverse().map((takeBack) => takeBack()));
      if (isUnsure) {
        await ledger.name(key, this.objects);
      }
    } catch (error) {
      await (marked ? marked.leave(key, this.objects) : ledger.abandon(key));
      throw error;
    }
    if (marked) {
      await marked.clear(key, this.objects);
    } else {
      await (isUnsure ? ledger.abandon(key) : ledger.close(key));
    }
  }

  private get objects(): LedgerObject[] {
    return this.slots.map(({ object }) => object);
  }

  private async publish(slot: Slot): Promise<StagedObject> {
    const { storage } = this.deps;
    const { placement, object } = slot;
    const { old, staged, address, about } = placement;
    const publication: Publication = { staged, address, ...(about ? { about } : {}) };
    const { keep = '' } = object;
    const published = await (
      old ? storage.swap(publication, old, keep) : storage.publish(publication)
    ).catch((error: unknown) => {
      if (error instanceof ProviderTimeout) {
        object.unsure = true;
      }
      throw error;
    });
    slot.published = published;
    Object.assign(object, published);
    this.steps.push(() =>
      old ? storage.restore(address, keep) : storage.remove({ ...address, ...published, about })
    );
    return staged;
  }
}
