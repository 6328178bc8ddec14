import type { Chargeable } from '../../access/allowance';
import type { Attempt } from '../../attempt/attempt';
import type { PlaceableFile, Placement } from '../../attempt/placing';
import { transact } from '../../attempt/transact';
import type { Transactions } from '../../database/transactions';
import { fileNotFound } from '../../errors';
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
  /** Of a file that is there already: key of the ledger row that holds it. */
  heldBy?: string;
  /**
   * Writes the file's row, inside the transaction.
   *
   * @param published what the storage has told of each placement, in their order
   * @returns null where the row is gone
   */
  write(published: PublishedObject[]): Promise<FileRow | null>;
  /** Objects of its row that were there before and stay. */
  staying?: readonly LedgerObject[];
  /** Objects of its row before that it names no more. */
  retired?: StoredObject[];
}

/** A change of files that is ready to be committed. */
export interface Commit<T extends CommittableFile> {
  files: readonly T[];
  /** What is announced of each file afterwards. */
  event: MediaEvent;
  /** Received files that count against what their sender may bring. */
  charged?: readonly Chargeable[];
  /** Further work of the transaction, once the rows are written. */
  link?(rows: FileRow[]): Promise<void>;
}

/**
 * Makes the objects of files reachable and writes their rows: all of them or none. Objects that were replaced are given up
 * once the rows are committed; a failure before that puts them back.
 *
 * @returns the rows, in the order of the files
 * @throws DayLimitReached; errors.NotFoundError where a row is gone; whatever storage and database throw
 */
export async function commitFiles<T extends CommittableFile>(
  { files, event, charged = [], link }: Commit<T>,
  attempt: Attempt,
  deps: CommitDeps
): Promise<FileRow[]> {
  const placed = await place(files, attempt);
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
        await attempt.confirm(placing, row, file.staying);
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
 * The same for one file.
 *
 * @throws as {@link commitFiles} does
 */
export async function commitFile<T extends CommittableFile>(
  file: T,
  { event, charged }: Pick<Commit<T>, 'event' | 'charged'>,
  { attempt, deps }: { attempt: Attempt; deps: CommitDeps }
): Promise<FileRow> {
  const change = { files: [file], event, ...(charged ? { charged } : {}) };
  const [row] = await commitFiles(change, attempt, deps);
  if (!row) {
    throw fileNotFound();
  }
  return row;
}

/** One held file, or any number of new ones. */
async function place<T extends CommittableFile>(files: readonly T[], attempt: Attempt) {
  const [file] = files;
  if (file?.heldBy === undefined) {
    return attempt.place(files);
  }
  return [{ file, placing: await attempt.placeHeld(file.heldBy, file.placements) }];
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
