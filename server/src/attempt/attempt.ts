import type { Ledger } from '../ledger/ledger';
import type { MarkedFiles } from '../ledger/marked-files';
import type { LedgerObject, LedgerRow } from '../ledger/model';
import { carryOutRemoval } from '../ledger/removal';
import type { StagedObject, Storage, StoredObject } from '../storage/port';
import { allOf, inParallel } from '../util/parallel';
import {
  metadataKeptIn,
  Placing,
  slotOf,
  type Naming,
  type PlaceableFile,
  type Placement,
  type Slot,
} from './placing';
import { SideWork } from './side-work';

export interface AttemptDeps {
  storage: Storage;
  ledger: Ledger;
  /** Writes markers for new files if markers can be used; null if only the ledger is used. */
  marked: MarkedFiles | null;
  /** Provider name for the ledger row, so that objects of another provider are never touched. */
  provider(): string;
  /** Key of the caller that creates the files, for the ledger row; null if the caller is unknown. */
  creator(): string | null;
  /** Maximum number of objects of one request that are published at the same time. */
  concurrency(): number;
  /** Holds a file, as `holdFile` does. */
  hold(fileId: number): Promise<string>;
  log: { warn(message: string): void };
}

/**
 * Records everything that one request puts into storage, so that all of it can be rolled back. The steps store and
 * remove only through an attempt, never through the storage itself. So a ledger row or a marker names every object
 * before it is published.
 */
export class Attempt {
  private readonly staged = new Set<StagedObject>();
  /** The placings by the keys of their ledger rows or markers. */
  private readonly placings = new Map<string, Placing>();
  private readonly removals: LedgerRow[] = [];
  /** Work that stages objects for this attempt in parallel to other steps. `undo` ends this work. */
  readonly sideWork = new SideWork();

  constructor(private readonly deps: AttemptDeps) {}

  /** Writes bytes that no client can read yet. */
  async stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    const object = await this.deps.storage.stage(body);
    this.staged.add(object);
    return object;
  }

  /** Takes over a staged object from another attempt. */
  adopt(object: StagedObject): void {
    this.staged.add(object);
  }

  /** Gives up a staged object, which another attempt takes over. */
  release(object: StagedObject): void {
    this.staged.delete(object);
  }

  /** Discards one staged object before the end of the attempt; idempotent. */
  async drop(object: StagedObject): Promise<void> {
    this.staged.delete(object);
    await this.deps.storage.discard(object);
  }

  /**
   * Holds a file, so that this attempt can change its objects. Waits while another change holds the file.
   *
   * @returns key of the ledger row that holds the file
   * @throws FileBusy
   */
  async hold(fileId: number): Promise<string> {
    const key = await this.deps.hold(fileId);
    this.open({ key, isNew: false, marked: null });
    return key;
  }

  /**
   * Writes ledger rows or markers that name the objects of new files, then publishes the objects.
   *
   * @returns each file with its placing
   */
  async place<T extends PlaceableFile>(
    files: readonly T[]
  ): Promise<Array<{ file: T; placing: Placing }>> {
    const { ledger, storage, provider } = this.deps;
    const creator = this.deps.creator();
    const named = files.map((file) => {
      const slots = this.slotsOf(file.placements);
      const metadataKept = metadataKeptIn(file.placements);
      return { file, slots, objects: objectsOf(slots), creator, metadataKept };
    });
    const marked = this.deps.marked?.fits(named) ? this.deps.marked : null;
    const begun = marked ? marked.begin(named) : ledger.begin(provider(), named);
    const persisted = this.persist(files.flatMap(({ placements }) => placements));
    // Waits until the objects are named and synced, also if one of the two fails. Only then does this method throw. So
    // `undo` knows everything that was written.
    await Promise.allSettled([begun, persisted]);
    const filled = (await begun).map(({ file, key, slots }) => {
      const placing = this.open({ key, isNew: true, marked });
      return { file, placing, work: placing.fill(slots) };
    });
    await persisted;

    await this.publish(filled.flatMap(({ work }) => work));
    await storage.sync();
    return filled;
  }

  /** Names the objects of a held file in its ledger row, then publishes them. Some of them may replace old objects. */
  async placeHeld(key: string, placements: readonly Placement[]): Promise<Placing> {
    const { ledger, storage } = this.deps;
    const slots = this.slotsOf(placements);
    await Promise.all([ledger.name(key, objectsOf(slots)), this.persist(placements)]);
    const placing = this.open({ key, isNew: false, marked: null });
    await this.publish(placing.fill(slots));
    await storage.sync();
    return placing;
  }

  /**
   * Forgets the removals of the transaction. Called when the transaction begins, also when it begins again after a
   * rollback.
   */
  restart(): void {
    this.removals.length = 0;
  }

  /**
   * Inside the transaction: records that the row of the held file is deleted. Its objects are removed after the
   * commit.
   */
  async condemn(key: string, fileId: number, objects: StoredObject[]): Promise<void> {
    this.removals.push(await this.deps.ledger.condemn(key, fileId, objects));
  }

  /** Inside the transaction: records that the row of `files` no longer names these objects. */
  async retire(objects: StoredObject[]): Promise<void> {
    const { ledger, provider } = this.deps;
    if (objects.length > 0) {
      this.removals.push(await ledger.retire(provider(), objects));
    }
  }

  /** After the commit: removes replaced bytes, and discards staged objects that were not used. */
  async settle(): Promise<void> {
    const { storage, ledger, log } = this.deps;
    await allOf([
      ...this.closed().map((placing) => placing.settle()),
      ...this.removals.splice(0).map((row) => carryOutRemoval(row, { storage, ledger, log })),
      this.discardStaged(),
    ]);
  }

  /**
   * Rolls everything back: the storage is as it was before the attempt. If the storage refuses, recovery tries
   * again later. Such a failure is only logged, so that the caller gets the error that led to the undo. Idempotent.
   */
  async undo(): Promise<void> {
    await this.sideWork.end();
    this.removals.length = 0;
    await allOf([...this.closed().map((placing) => placing.undo()), this.discardStaged()]).catch(
      (error: unknown) =>
        this.deps.log.warn(
          `upload: an upload could not be rolled back now. Recovery tries again later: ${String(error)}`
        )
    );
  }

  /**
   * Reads from the ledger whether the transaction that confirms or condemns the objects was committed. Used if
   * the connection was lost during the commit.
   */
  async wasCommitted(): Promise<boolean> {
    const [key = ''] = this.placings.keys();
    return this.deps.ledger.isConfirmed(key);
  }

  /** Leaves the placed objects to recovery, which reads from the ledger whether they were committed. */
  async leaveToRecovery(): Promise<void> {
    this.closed().forEach(({ key }) => this.deps.ledger.abandon(key));
    this.removals.length = 0;
    await this.discardStaged();
  }

  private open(naming: Naming): Placing {
    const placing = new Placing(naming, this.deps);
    this.placings.set(naming.key, placing);
    return placing;
  }

  /** Removes the placings from this attempt and returns them. */
  private closed(): Placing[] {
    const placings = [...this.placings.values()];
    this.placings.clear();
    return placings;
  }

  private slotsOf(placements: readonly Placement[]): Slot[] {
    return placements.map((placement) => slotOf(placement, this.deps.storage));
  }

  private persist(placements: readonly Placement[]): Promise<void> {
    return this.deps.storage.persist(placements.map(({ staged }) => staged));
  }

  /** @param work functions for the objects of all files; each function publishes one object */
  private async publish(work: ReadonlyArray<() => Promise<StagedObject>>): Promise<void> {
    await inParallel(work, this.deps.concurrency(), async (publish) =>
      this.staged.delete(await publish())
    );
  }

  private async discardStaged(): Promise<void> {
    const staged = [...this.staged];
    this.staged.clear();
    await allOf(staged.map((object) => this.deps.storage.discard(object)));
  }
}

const objectsOf = (slots: readonly Slot[]): LedgerObject[] => slots.map(({ object }) => object);
