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

/** An object to be made reachable; with `old`, in the place of that one's bytes. */
export interface Placement extends Publication {
  old?: StoredObject | undefined;
  /** Of an original: whether private metadata may be left in it. */
  metadataKept?: boolean | undefined;
}

/** A file whose objects are to be made reachable. */
export interface PlaceableFile {
  /** Its objects, the original first. */
  placements: readonly Placement[];
}

/** What is noted of a file's original; undefined where it is not among the placements. */
export const metadataKeptIn = (placements: readonly Placement[]): boolean | undefined =>
  placements.find(({ metadataKept }) => metadataKept !== undefined)?.metadataKept;

/** One object of a file: what is to be stored, what the ledger says of it, and what the storage has told of it. */
export interface Slot {
  placement: Placement;
  object: LedgerObject;
  published?: PublishedObject;
}

/** An object as the ledger is to name it before it is reachable. */
export function slotOf(placement: Placement, storage: Pick<Storage, 'newKeep'>): Slot {
  const { staged, address, old } = placement;
  const facts = { sizeInBytes: staged.size, sha256: staged.sha256 };
  return {
    placement,
    object: { ...address, ...facts, ...(old ? { keep: storage.newKeep() } : {}) },
  };
}

/** What names the objects of a file before they are reachable. */
export interface Naming {
  /** Key of the row or of the markers. */
  key: string;
  /** Whether the ledger can know nothing of the file yet. */
  isNew: boolean;
  /** What has named the objects by markers; null where the ledger has. */
  marked: MarkedFiles | null;
}

interface PlacingDeps {
  storage: Storage;
  ledger: Ledger;
  /** Who creates files, for the ledger to note; null where nobody can be told apart. */
  creator(): string | null;
}

/** The objects of one file from the time when they are named until the attempt is over. */
export class Placing {
  readonly key: string;
  private slots: Slot[] = [];
  /** Takes back what has happened to the objects so far. */
  private readonly steps: Array<() => Promise<void>> = [];

  constructor(
    private readonly naming: Naming,
    private readonly deps: PlacingDeps
  ) {
    this.key = naming.key;
  }

  /**
   * Says which objects these are.
   *
   * @returns for each of them what makes it reachable, and answers the staged one that it was
   */
  fill(slots: Slot[]): Array<() => Promise<StagedObject>> {
    this.slots = slots;
    return slots.map((slot) => () => this.publish(slot));
  }

  /** What the storage has told of each object. */
  get published(): PublishedObject[] {
    return this.slots.flatMap(({ published }) => published ?? []);
  }

  /** Inside the transaction: the objects are those of this file row. See {@link Ledger.confirm}. */
  async confirm(file: FileIdentity, others: readonly LedgerObject[]): Promise<void> {
    const { ledger, creator } = this.deps;
    const { key, marked, isNew } = this.naming;
    const placed = this.objects.map(({ keep: _keep, ...object }) => object);
    const metadataKept = metadataKeptIn(this.slots.map(({ placement }) => placement));
    await (marked
      ? marked.record(key, file, { objects: placed, creator: creator(), metadataKept })
      : ledger.confirm(key, file, { objects: [...others, ...placed], isNew, metadataKept }));
  }

  /** The rows are committed: gives up the bytes that were replaced. */
  async settle(): Promise<void> {
    const { key, marked } = this.naming;
    const kept = this.objects.flatMap(({ keep }) => keep ?? []);
    await allOf([
      ...kept.map((keep) => this.deps.storage.forget(keep)),
      ...(marked ? [marked.clear(key, this.objects)] : []),
    ]);
  }

  /** Takes everything back. What may come into storage still is recovery's, whose look comes after the lease. */
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
