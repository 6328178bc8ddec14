import type { FileIdentity, Ledger } from '../ledger/ledger';
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
  /** Names new files where it can; the ledger names the others. */
  marked: MarkedFiles | null;
  /** Name that the ledger notes, so that another provider's objects are never touched. */
  provider(): string;
  /** Who creates files, for the ledger to note; null where nobody can be told apart. */
  creator(): string | null;
  /** Most objects of one request that are made reachable at the same time. */
  concurrency(): number;
  /** Takes a file for changing its objects, as `holdFile` does. */
  hold(fileId: number): Promise<string>;
  log: { warn(message: string): void };
}

/**
 * Everything one request puts into storage, so that all of it can be taken back. The steps store
 * and remove through an attempt only, never through the storage itself: so the ledger or a marker names
 * everything that becomes reachable, whichever way it came in.
 */
export class Attempt {
  private readonly staged = new Set<StagedObject>();
  /** By the keys of the rows or markers that name them. */
  private readonly placings = new Map<string, Placing>();
  private readonly removals: LedgerRow[] = [];
  /** What stages for this attempt while other things of it go on; an undo ends it. */
  readonly sideWork = new SideWork();

  constructor(private readonly deps: AttemptDeps) {}

  /** Writes bytes that nobody can read yet. */
  async stage(body: AsyncIterable<Uint8Array>): Promise<StagedObject> {
    const object = await this.deps.storage.stage(body);
    this.staged.add(object);
    return object;
  }

  /** Answers for an object that another attempt staged. */
  adopt(object: StagedObject): void {
    this.staged.add(object);
  }

  /** Another attempt answers for the object from here on. */
  release(object: StagedObject): void {
    this.staged.delete(object);
  }

  /** Takes one staged object back before the end; idempotent. */
  async drop(object: StagedObject): Promise<void> {
    this.staged.delete(object);
    await this.deps.storage.discard(object);
  }

  /**
   * Takes a file for changing its objects, and waits while another change of it goes on.
   *
   * @returns key of the ledger row that holds it
   * @throws FileBusy
   */
  async hold(fileId: number): Promise<string> {
    const key = await this.deps.hold(fileId);
    this.open({ key, isNew: false, marked: null });
    return key;
  }

  /**
   * Names the objects of new files, then makes them reachable.
   *
   * @returns each file with its placing
   */
  async place<T extends PlaceableFile>(
    files: readonly T[]
  ): Promise<Array<{ file: T; placing: Placing }>> {
    const { ledger, storage, provider, creator } = this.deps;
    const named = files.map((file) => {
      const slots = this.slotsOf(file.placements);
      const metadataKept = metadataKeptIn(file.placements);
      return { file, slots, objects: objectsOf(slots), creator: creator(), metadataKept };
    });
    const marked = this.deps.marked?.fits(named) ? this.deps.marked : null;
    const begun = marked ? marked.begin(named) : ledger.begin(provider(), named);
    const persisted = this.persist(files.flatMap(({ placements }) => placements));
    // Both have an end before one failure is told: what was written must be known here.
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

  /** The same for the objects of a held file, some of them in the place of old ones. */
  async placeHeld(key: string, placements: readonly Placement[]): Promise<Placing> {
    const { ledger, storage } = this.deps;
    const slots = this.slotsOf(placements);
    await Promise.all([ledger.name(key, objectsOf(slots)), this.persist(placements)]);
    const placing = this.open({ key, isNew: false, marked: null });
    await this.publish(placing.fill(slots));
    await storage.sync();
    return placing;
  }

  /** The transaction begins, maybe anew after one that was rolled back. */
  restart(): void {
    this.removals.length = 0;
  }

  /**
   * Inside the transaction: the objects are those of this file row.
   *
   * @param others objects of the row that were there before and stay as they are
   * @throws LeaseLost when another instance has taken them back meanwhile
   */
  async confirm(
    placing: Placing,
    file: FileIdentity,
    others: readonly LedgerObject[] = []
  ): Promise<void> {
    await placing.confirm(file, others);
  }

  /** Inside the transaction: the held file's row is deleted; its objects are removed after it. */
  async condemn(key: string, fileId: number, objects: StoredObject[]): Promise<void> {
    this.removals.push(await this.deps.ledger.condemn(key, fileId, objects));
  }

  /** Inside the transaction: the file's row names these objects no more. */
  async retire(objects: StoredObject[]): Promise<void> {
    const { ledger, provider } = this.deps;
    if (objects.length > 0) {
      this.removals.push(await ledger.retire(provider(), objects));
    }
  }

  /** The rows are committed: gives up old bytes, and what was staged but not used. */
  async settle(): Promise<void> {
    const { storage, ledger, log } = this.deps;
    await allOf([
      ...this.closed().map((placing) => placing.settle()),
      ...this.removals.splice(0).map((row) => carryOutRemoval(row, { storage, ledger, log })),
      this.discardStaged(),
    ]);
  }

  /**
   * Takes everything back; the storage is as it was before the attempt. What the storage does not
   * let go now is left to recovery, so that the failure that led here is the one that is told. Idempotent.
   */
  async undo(): Promise<void> {
    await this.sideWork.end();
    this.removals.length = 0;
    await allOf([...this.closed().map((placing) => placing.undo()), this.discardStaged()]).catch(
      (error: unknown) => this.deps.log.warn(`An upload is taken back later: ${String(error)}`)
    );
  }

  /**
   * Whether the transaction that was to confirm or condemn the objects was committed, as the
   * ledger says: for a commit of whose end nobody knows.
   */
  async wasCommitted(): Promise<boolean> {
    const [key = ''] = this.placings.keys();
    return this.deps.ledger.isConfirmed(key);
  }

  /** Leaves to recovery what was placed: it asks the ledger what has become of it. */
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

  /** The placings, which are this attempt's no more. */
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

  /** @param work makes one object reachable each: those of one file beside those of another */
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
