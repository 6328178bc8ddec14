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
  /**
   * Writes the file's row, inside the transaction.
   *
   * @param published what the storage returned for each placement, in the order of the placements
   * @returns null if the row no longer exists
   */
  write(published: PublishedObject[]): Promise<FileRow | null>;
}

/** A file that exists already and is held for this change. */
export interface HeldFile extends CommittableFile {
  /** Key of the ledger row that holds the file, and the identity of the file. */
  held: { key: string; row: FileIdentity };
  /** Objects that the row named before and still names. */
  staying?: readonly LedgerObject[];
  /** Objects that the row named before and no longer names. */
  retired: StoredObject[];
}

/** A change of files that is ready to be committed. */
interface Change {
  /** Event that is sent for each file after the commit. */
  event: MediaEvent;
  /** Received files that count against the daily limit of their sender. */
  charged?: readonly Chargeable[];
  /** More work inside the transaction, after the rows are written. */
  link?(rows: FileRow[]): Promise<void>;
}

/**
 * Publishes the objects of new files and writes their rows: all of them or none.
 *
 * @returns the rows, in the order of the files
 * @throws DayLimitReached; any error of the storage or the database
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
 * Publishes objects of a held file and updates its row. The objects that were replaced are removed after the commit. A
 * failure before the commit puts them back.
 *
 * @throws DayLimitReached; errors.NotFoundError if the row no longer exists; any error of the storage or the database
 */
export async function commitHeldFile(
  file: HeldFile,
  change: Change,
  { attempt, deps }: { attempt: Attempt; deps: CommitDeps }
): Promise<FileRow> {
  const placing = await attempt.placeHeld(file.held.key, file.placements);
  const committed = await commitPlaced({ placed: [{ file, placing }], change }, attempt, deps);
  // One file has one row.
  const [row] = committed as [FileRow];
  return row;
}

/** Files whose objects are published. The objects are removed again unless the transaction is committed. */
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
        // For a held file, uses the identity that was read before the update. A project's hooks may change what the
        // update returns.
        await placing.confirm(file.held?.row ?? row, file.staying);
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
