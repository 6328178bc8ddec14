import { setTimeout } from 'node:timers/promises';
import { FileBusy, ProviderTimeout } from '../errors';
import { allOf, inParallel } from '../util/parallel';
import type {
  Publication,
  PublishedObject,
  StagedObject,
  Storage,
  StoredObject,
} from '../storage/port';
import type { FileIdentity, Ledger } from '../ledger/ledger';
import type { MarkedFiles } from '../ledger/marked-files';
import type { LedgerObject, LedgerRow } from '../ledger/model';
import { carryOutRemoval } from '../ledger/removal';
import { SideWork } from './side-work';

/** An object to be made reachable; with `old`, in the place of that one's bytes. */
export interface Placement extends Publication {
  old?: StoredObject | undefined;
  /** Of an original: whether private metadata may be left in it. */
  metadataKept?: boolean | undefined;
}

/** The reachable objects of one file, in the order they were asked for. */
export interface PlacedFile {
  /** Key of the ledger row that names them. */
  key: string;
  objects: PublishedObject[];
  /** Whether the ledger can know nothing of the file yet. */
  isNew: boolean;
}

export interface AttemptDeps {
  storage: Storage;
  ledger: Ledger;
  /** Names new files where it can; the ledger names the others. */
  marked: MarkedFiles | null;
  /** Name that the ledger notes, so that another provider's objects are never touched. */
  provider(): string;
  /** Who creates files, for the ledger to note; null where nobody can be told apart. */
  owner(): string | null;
  /** Most objects of one request that are made reachable at the same time. */
  concurrency(): number;
  /** False inside a transaction of the caller's. */
  mayWait(): boolean;
  /** Takes back at once what a dead process has left of a change of a file. */
  recoverHold(fileId: number): Promise<void>;
  log: { warn(message: string): void };
}

/** What is noted of a file's original; undefined where it is not among the placements. */
const noteIn = (placements: readonly Placement[]): boolean | undefined =>
  placements.find(({ metadataKept }) => metadataKept !== undefined)?.metadataKept;

/** Longest wait for another change of the same file, and the pause between two looks, in ms. */
const HOLD_PATIENCE = 10_000;
const HOLD_PAUSE = 20;

interface Entry {
  objects: LedgerObject[];
  /** What has named the objects by markers; without it the ledger has. */
  marked?: MarkedFiles | null;
  /** As in {@link Placement}; undefined where the original stays. */
  metadataKept?: boolean | undefined;
  /** What has happened to the first of them so far. */
  done: Array<() => Promise<void>>;
}

/** One object to be placed: which of its file's it is. */
interface Job {
  key: string;
  placement: Placement;
  at: number;
}

/**
 * Everything one request puts into storage, so that all of it can be taken back. The steps store
 * and remove through an attempt only, never through the storage itself: so the ledger or a marker names
 * everything that becomes reachable, whichever way it came in.
 */
export class Attempt {
  private readonly staged = new Set<StagedObject>();
  private readonly entries = new Map<string, Entry>();
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
   * @throws FileBusy after ten seconds; inside a caller's transaction at once, since the other
   *   change may wait for that one
   */
  async hold(fileId: number): Promise<string> {
    const { ledger, provider, mayWait, recoverHold } = this.deps;
    const until = Date.now() + (mayWait() ? HOLD_PATIENCE : 0);
    for (;;) {
      const key = await ledger.hold(provider(), fileId);
      if (key) {
        this.entries.set(key, { objects: [], done: [] });
        return key;
      }
      if (Date.now() >= until) {
        throw new FileBusy();
      }
      await recoverHold(fileId);
      await setTimeout(HOLD_PAUSE);
    }
  }

  /** Names the objects of new files, then makes them reachable. */
  async place(files: Placement[][]): Promise<PlacedFile[]> {
    const { ledger, storage, provider, owner } = this.deps;
    const named = files.map((placements) => placements.map((placement) => this.name(placement)));
    const marked = this.deps.marked?.fits(named) ? this.deps.marked : null;
    const notes = files.map(noteIn);
    const begun = marked
      ? marked.begin(named)
      : ledger.begin(provider(), named, { owner: owner(), metadataKept: notes });
    const persisted = storage.persist(files.flat().map(({ staged }) => staged));
    // Both have an end before one failure is told: what was written must be known here.
    await Promise.allSettled([begun, persisted]);
    const keys = await begun;
    keys.forEach((key, index) =>
      this.entries.set(key, {
        objects: named[index]!,
        metadataKept: notes[index],
        marked,
        done: [],
      })
    );
    await persisted;

    const objects = await this.placeAll(keys.map((key, index) => [key, files[index]!]));
    await storage.sync();
    return keys.map((key, index) => ({ key, objects: objects[index]!, isNew: true }));
  }

  /** The same for the objects of a held file, some of them in the place of old ones. */
  async placeHeld(key: string, placements: Placement[]): Promise<PlacedFile> {
    const objects = placements.map((placement) => this.name(placement));
    await Promise.all([
      this.deps.ledger.name(key, objects),
      this.deps.storage.persist(placements.map(({ staged }) => staged)),
    ]);
    this.entries.set(key, { objects, metadataKept: noteIn(placements), done: [] });
    const [published] = await this.placeAll([[key, placements]]);
    await this.deps.storage.sync();
    return { key, objects: published!, isNew: false };
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
    { key, isNew }: PlacedFile,
    file: FileIdentity,
    others: LedgerObject[] = []
  ): Promise<void> {
    const { objects, metadataKept, marked } = this.entries.get(key)!;
    const placed = objects.map(({ keep: _keep, ...object }) => object);
    if (marked) {
      await marked.record(key, file, { objects: placed, owner: this.deps.owner(), metadataKept });
    } else {
      const all = [...others, ...placed];
      await this.deps.ledger.settle(key, file, { objects: all, isNew, metadataKept });
    }
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
    const entries = [...this.entries];
    this.entries.clear();
    const kept = entries.flatMap(([, { objects }]) =>
      objects.flatMap(({ keep }) => (keep ? [keep] : []))
    );
    await allOf([
      ...kept.map((keep) => storage.forget(keep)),
      ...entries.map(async ([key, { objects, marked }]) => marked?.clear(key, objects)),
      ...this.removals.splice(0).map((row) => carryOutRemoval(row, { storage, ledger, log })),
      this.discardStaged(),
    ]);
  }

  /**
   * Takes everything back; the storage is as it was before the attempt. What the storage does not
   * let go now is left to recovery, so that the failure that led here is the one that is told.
   */
  async undo(): Promise<void> {
    await this.sideWork.end();
    const entries = [...this.entries];
    this.entries.clear();
    this.removals.length = 0;
    await allOf([
      ...entries.map(([key, entry]) => this.undoEntry(key, entry)),
      this.discardStaged(),
    ]).catch((error: unknown) =>
      this.deps.log.warn(`An upload is taken back later: ${String(error)}`)
    );
  }

  /**
   * Whether the transaction that was to confirm or condemn the objects was committed, as the
   * ledger says: for a commit of whose end nobody knows.
   */
  async wasCommitted(): Promise<boolean> {
    const [key = ''] = this.entries.keys();
    return this.deps.ledger.isSettled(key);
  }

  /** Leaves to recovery what was placed: it asks the ledger what has become of it. */
  async leave(): Promise<void> {
    [...this.entries.keys()].forEach((key) => this.deps.ledger.abandon(key));
    this.entries.clear();
    this.removals.length = 0;
    await this.discardStaged();
  }

  /** What may come into storage still is recovery's, whose look comes after the lease. */
  private async undoEntry(key: string, { objects, marked, done }: Entry): Promise<void> {
    const { ledger } = this.deps;
    const isUnsure = objects.some(({ unsure }) => unsure);
    try {
      await allOf(done.reverse().map((takeBack) => takeBack()));
      if (isUnsure) {
        await ledger.name(key, objects);
      }
    } catch (error) {
      await (marked ? marked.leave(key, objects) : ledger.abandon(key));
      throw error;
    }
    if (marked) {
      await marked.clear(key, objects);
    } else {
      await (isUnsure ? ledger.abandon(key) : ledger.close(key));
    }
  }

  /** Places the objects of some files, those of one file beside those of another. */
  private async placeAll(files: Array<[key: string, Placement[]]>): Promise<PublishedObject[][]> {
    const jobs = files.flatMap(([key, placements]) =>
      placements.map((placement, at) => ({ key, placement, at }))
    );
    const published = await inParallel(jobs, this.deps.concurrency(), (job) => this.placeOne(job));
    return files.map(([, placements]) => published.splice(0, placements.length));
  }

  private name({ staged, address, old }: Placement): LedgerObject {
    const facts = { sizeInBytes: staged.size, sha256: staged.sha256 };
    return {
      ...address,
      ...facts,
      ...(old ? { keep: this.deps.storage.newKeep() } : {}),
    };
  }

  private async placeOne({ key, placement, at }: Job): Promise<PublishedObject> {
    const { storage } = this.deps;
    const { objects, done } = this.entries.get(key)!;
    const { old, staged, address, about } = placement;
    const publication: Publication = { staged, address, ...(about ? { about } : {}) };
    const { keep = '' } = objects[at]!;
    const published = await (
      old ? storage.swap(publication, old, keep) : storage.publish(publication)
    ).catch((error: unknown) => {
      if (error instanceof ProviderTimeout) {
        objects[at]!.unsure = true;
      }
      throw error;
    });
    this.staged.delete(staged);
    Object.assign(objects[at]!, published);
    done.push(() =>
      old ? storage.restore(address, keep) : storage.remove({ ...address, ...published, about })
    );
    return published;
  }

  private async discardStaged(): Promise<void> {
    const staged = [...this.staged];
    this.staged.clear();
    await allOf(staged.map((object) => this.deps.storage.discard(object)));
  }
}
