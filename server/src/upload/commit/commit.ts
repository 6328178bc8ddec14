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

/** Dependencies of a commit. */
export interface CommitDeps extends Pick<Transactions, 'db' | 'transaction'> {
  /** Name for the column `provider`. The objects of other providers are not touched. */
  provider(): string;
  /**
   * Counts received files against the daily limit of their sender. Runs inside the transaction, before all other
   * statements.
   *
   * @throws DayLimitReached
   */
  count(files: readonly Chargeable[]): Promise<void>;
  announce: Announce;
  log: { error(message: string): void; warn(message: string): void };
}

/** A file whose objects are staged, and the function that writes its row. */
export interface CommittableFile extends PlaceableFile {
  /** For a file that exists already: key of the ledger row that holds the file. */
  heldBy?: string;
  /**
   * Writes the file's row, inside the transaction.
   *
   * @param published what the storage returned for each placement, in the order of the placements
   * @returns null if the row no longer exists
   */
  write(published: PublishedObject[]): Promise<FileRow | null>;
  /** Objects that the row named before and still names. */
  staying?: readonly LedgerObject[];
  /** Objects that the row named before and no longer names. */
  retired?: StoredObject[];
}

/** A change of files that is ready to be committed. */
export interface Commit<T extends CommittableFile> {
  files: readonly T[];
  /** Event that is sent for each file after the commit. */
  event: MediaEvent;
  /** Received files that count against the daily limit of their sender. */
  charged?: readonly Chargeable[];
  /** More work inside the transaction, after the rows are written. */
  link?(rows: FileRow[]): Promise<void>;
}

/**
 * Publishes the objects of files and writes their rows: all of them or none. The objects that were replaced are
 * removed after the commit. A failure before the commit puts them back.
 *
 * @returns the rows, in the order of the files
 * @throws DayLimitReached; errors.NotFoundError if a row no longer exists; any error of the storage or the
 *   database
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
 * Does the same as {@link commitFiles} for one file.
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

/** Places one file that is held, or any number of new files. */
async function place<T extends CommittableFile>(files: readonly T[], attempt: Attempt) {
  const [file] = files;
  if (file?.heldBy === undefined) {
    return attempt.place(files);
  }
  return [{ file, placing: await attempt.placeHeld(file.heldBy, file.placements) }];
}

/**
 * Matches the new placements of a row with the objects that the row has at the same addresses.
 *
 * @returns the placements, and the objects of the row that no placement replaces
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
