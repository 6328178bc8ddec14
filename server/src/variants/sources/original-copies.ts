import { createHash } from 'node:crypto';
import type { RunTransaction } from '../../database/transactions';
import type { Image } from '../../images/header/probe';
import type { VariantBudget } from '../budget';
import type { VariantPlace } from '../model';
import type { VariantFolder, WrittenBytes } from '../variant-folder';
import type { VariantTable } from '../variant-table';
import type { FoundRow, RemoteObject } from './source-rows';

/** The row of an object that another provider keeps. */
export interface RemoteRow extends FoundRow {
  remote: RemoteObject;
}

/** What is known of an original that another provider keeps. */
export interface KnownOriginal {
  /** Identifies the bytes: their SHA-256. */
  state: string;
  image: Image;
  /** Size in bytes. */
  bytes: number;
}

interface OriginalCopiesDeps {
  folder: VariantFolder;
  table: VariantTable;
  budget: Pick<VariantBudget, 'hasRoom' | 'added'>;
  transaction: RunTransaction;
  /** Whether the row of a file is still the same. Locks it until the transaction ends. */
  isCurrent(row: RemoteRow): Promise<boolean>;
}

/**
 * Copies of originals that other providers keep, in the folder of variants. A copy stays for ten minutes, and what is
 * known of the image until its file changes.
 */
export class OriginalCopies {
  constructor(private readonly deps: OriginalCopiesDeps) {}

  /** Returns what is known of an original; null if nothing is known. */
  async known(row: RemoteRow): Promise<KnownOriginal | null> {
    const found = await this.deps.table.original(row.fileId, recipeOf(row));
    return found && (JSON.parse(found.source) as KnownOriginal);
  }

  /** Returns the path of a copy whose bytes are those of `state`, and that is as private; null if there is none. */
  async pathOf(
    row: RemoteRow,
    { state, isPrivate }: { state: string; isPrivate: boolean }
  ): Promise<string | null> {
    const { table, folder } = this.deps;
    const found = await table.original(row.fileId, recipeOf(row));
    if (
      found?.isPrivate !== isPrivate ||
      (JSON.parse(found.source) as KnownOriginal).state !== state
    ) {
      return null;
    }
    const size = await folder.sizeOf(found);
    return size !== null && size === found.bytes ? folder.pathOf(found) : null;
  }

  /** Writes the bytes of an original where nobody finds them. */
  write(body: AsyncIterable<Uint8Array>, isPrivate: boolean): Promise<WrittenBytes> {
    return this.deps.folder.write(body, isPrivate);
  }

  /** Whether there is room for a copy. */
  hasRoom({ bytes, isPrivate }: WrittenBytes): Promise<boolean> {
    return this.deps.budget.hasRoom(bytes, isPrivate);
  }

  /** Removes written bytes. */
  discard(written: WrittenBytes): Promise<void> {
    return this.deps.folder.discard(written);
  }

  /**
   * Records and names a copy.
   *
   * @returns false if the row of the file has changed since `row` was read; the written bytes are removed then
   */
  async keep(row: RemoteRow, written: WrittenBytes, known: KnownOriginal): Promise<boolean> {
    const { transaction, isCurrent, table, folder, budget } = this.deps;
    const place = placeOf(row, written);
    const record = async () => {
      const isSame = await isCurrent(row);
      if (isSame) {
        await table.recordOriginal({
          ...{ fileId: row.fileId, recipe: recipeOf(row), place, bytes: known.bytes },
          source: JSON.stringify(known),
        });
      }
      return isSame;
    };
    const isKept = await folder.publishIf(written, place, async () => transaction(record));
    if (isKept) {
      budget.added(known.bytes);
    }
    return isKept;
  }
}

/** Changes with each change of what is recorded of an image. */
const VERSION = 1;

/** Names an original among the variants of its file. */
const recipeOf = ({ remote: { hash, ext } }: RemoteRow): string =>
  `original-${digest(`${VERSION} ${hash}${ext}`)}`;

const placeOf = ({ hash, remote }: RemoteRow, written: WrittenBytes): VariantPlace => ({
  name: `${hash}/original-${digest(`${remote.hash} ${written.sha256}`)}`,
  isPrivate: written.isPrivate,
});

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);
