import type { Chargeable } from '../../access/allowance';
import type { Attempt } from '../../attempt/attempt';
import type { PlaceableFile, Placement, Placing } from '../../attempt/placing';
import { transact } from '../../attempt/transact';
import type { Transactions } from '../../database/transactions';
import { fileNotFound } from '../../errors';
import type { FileIdentity } from '../../ledger/ledger';
import type { LedgerObject } from '../../ledger/model';
import { keyOf, type PublishedObject, type StoredObject } from '../../storage/port';
import type { FileRow } from '../../types/rows';
import type { Announce, MediaEvent } from '../announce/announce';

/** What a change of files needs to be committed. */
export interface CommitDeps extends Pick<Transactions, 'db' | 'transaction'> {
  /** Name that goes into the `provider` column; objects of other providers are not touched. */
  provider(): string;
  /**
   * Counts received files against what their sender may bring in a day; inside the transaction,
   * before all else.
   *
   * @throws DayLimitReached
   */
  count(files: readonly Chargeable[]): Promise<void>;
  announce: Announce;
  log: { error(message: string): void; warn(message: string): void };
}

/** A file whose objects are staged, and how its row is written. */
export interface CommittableFile extends PlaceableFile {
  /**
   * Writes the file's row, inside the transaction.
   *
   * @param published what the storage has told of each placement, in their order
   * @returns null where the row is gone
   */
  write(published: PublishedObject[]): Promise<FileRow | null>;
}

/** A file that is there already, and is held for this change. */
export interface HeldFile extends CommittableFile {
  /** Key of the ledger row that holds it, and which file that is. */
  held: { key: string; row: FileIdentity };
  /** Objects of its row that were there before and stay. */
  staying?: readonly LedgerObject[];
  /** Objects of its row before that it names no more. */
  retired: StoredObject[];
}

/** A change of files that is ready to be committed. */
interface Change {
  /** What is announced of each file afterwards. */
  event: MediaEvent;
  /** Received files that count against what their sender may bring. */
  charged?: readonly Chargeable[];
  /** Further work of the transaction, once the rows are written. */
  link?(rows: FileRow[]): Promise<void>;
}

/**
 * Makes the objects of new files reachable and writes their rows: all of them or none.
 *
 * @returns the rows, in the order of the files
 * @throws DayLimitReached; whatever storage and database throw
 */
export async function commitNewFiles(
  { files, ...change }: Change & { files: readonly CommittableFile[] },
  attempt: Attempt,
  deps: CommitDeps
): Promise<FileRow[]> {
  const placed = await attempt.place(files);
  return commitPlaced({ placed, change }, attempt, deps);
}

/**
 * Makes objects of a held file reachable and updates its row. Objects that were replaced are given up once the row is
 * committed; a failure before that puts them back.
 *
 * @throws DayLimitReached; errors.NotFoundError where the row is gone; whatever storage and database throw
 */
export async function commitHeldFile(
  file: HeldFile,
  change: Change,
  { attempt, deps }: { attempt: Attempt; deps: CommitDeps }
): Promise<FileRow> {
  const placing = await attempt.placeHeld(file.held.key, file.placements);
  const committed = await commitPlaced({ placed: [{ file, placing }], change }, attempt, deps);
  // One file, one row.
  const [row] = committed as [FileRow];
  return row;
}

/** Files whose objects are reachable, and are taken back unless the transaction is committed. */
interface PlacedChange {
  placed: ReadonlyArray<{ file: CommittableFile & Partial<HeldFile>; placing: Placing }>;
  change: Change;
}

async function commitPlaced(
  { placed, change: { event, charged = [], link } }: PlacedChange,
  attempt: Attempt,
  deps: CommitDeps
): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  return transact(
    deps,
    async () => {
      rows.length = 0;
      await deps.count(charged);
      for (const { file, placing } of placed) {
        const row = await file.write(placing.published);
        if (!row) {
          throw fileNotFound();
        }
        // As it was found, where it was there: hooks of a project may change what an update returns.
        await attempt.confirm(placing, file.held?.row ?? row, file.staying);
        await attempt.retire(file.retired ?? []);
        rows.push(row);
      }
      await link?.(rows);
      return rows;
    },
    {
      attempt,
      announce: () => Promise.all(rows.map((row) => deps.announce(event, row))),
      log: deps.log,
    }
  );
}

/**
 * Puts placements over the objects that a row has at the same places.
 *
 * @returns the placements, and the row's objects that none of them replaces
 */
export function placeOver(
  placements: readonly Placement[],
  old: readonly StoredObject[]
): { placements: Placement[]; retired: StoredObject[] } {
  const left = new Map(old.map((one) => [keyOf(one), one]));
  const over = placements.map((placement) => {
    const place = keyOf(placement.address);
    const replaced = left.get(place);
    left.delete(place);
    return { ...placement, old: replaced };
  });
  return { placements: over, retired: [...left.values()] };
}
