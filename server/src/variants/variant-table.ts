import { chunks } from '../database/chunks';
import { onTable, type Table } from '../database/on-table';
import { nextTurn } from '../util/turns';
import type { Database } from '../database/transactions';
import {
  VARIANTS_TABLE,
  type NewOriginal,
  type NewVariant,
  type VariantPlace,
  type VariantState,
} from './model';

/** Number of rows whose sizes are added up in one piece. */
const PIECE = 10_000;

/** Columns of a row, by their names in the table. */
type Columns = Record<string, unknown>;

/** The row of a variant whose bytes can be read. */
export interface MadeVariant {
  id: number;
  /** Size in bytes. */
  bytes: number;
}

/** A variant whose bytes are to be removed. */
export interface CondemnedVariant extends VariantPlace {
  id: number;
  /** Size in bytes. */
  bytes: number;
}

/** A part of the rows: at most some, with ids above `after`. */
interface Page {
  most: number;
  after: number;
}

/** What is known of an image that another provider keeps, and where its copy is. */
export interface FoundOriginal extends VariantPlace {
  /** What is known, as text. */
  source: string;
  /** Size of the copy in bytes; 0 if there is none. */
  bytes: number;
}

interface VariantTableOptions {
  db: Database;
  now(): number;
}

/** The rows of variants. All methods run inside the caller's transaction if there is one. */
export class VariantTable {
  constructor(private readonly options: VariantTableOptions) {}

  /** Records a variant. If it is recorded already, the row gets the new values. */
  async record({ isCrop, ...variant }: NewVariant): Promise<void> {
    await this.put(variant, { state: 'made', is_crop: isCrop });
  }

  /** Records a copy of an image that another provider keeps. */
  async recordOriginal({ source, ...variant }: NewOriginal): Promise<void> {
    await this.put(variant, { state: 'original', is_crop: false, source });
  }

  private async put(
    { fileId, recipe, place, bytes }: Omit<NewVariant, 'isCrop'>,
    others: Columns
  ): Promise<void> {
    const row = {
      file_id: fileId,
      recipe,
      name: place.name,
      is_private: place.isPrivate,
      bytes,
      used_at: this.options.now(),
      ...others,
    };
    await this.run((table) => table().insert(row).onConflict(['file_id', 'recipe']).merge());
  }

  /** Finds what is known of an image that another provider keeps, and its copy; null if nothing is known. */
  async original(fileId: number, recipe: string): Promise<FoundOriginal | null> {
    const [row] = await this.run((table) =>
      table()
        .where({ file_id: fileId, recipe })
        .whereIn('state', ['original', 'known'])
        .select('state', 'source', 'name', 'is_private', 'bytes')
    );
    return row
      ? {
          ...{ name: String(row.name), isPrivate: Boolean(row.is_private) },
          source: String(row.source),
          bytes: row.state === 'original' ? Number(row.bytes) : 0,
        }
      : null;
  }

  /** Returns copies of originals that were made before a time, by their ids. */
  originalsBefore(time: number, page: Page): Promise<CondemnedVariant[]> {
    return this.page(page, (table) =>
      table().where({ state: 'original' }).where('used_at', '<', time)
    );
  }

  /** Notes that the copies of originals are removed. */
  async dropOriginals(ids: readonly number[]): Promise<void> {
    for (const some of chunks(ids)) {
      await this.run((table) =>
        table()
          .whereIn('id', some)
          .where({ state: 'original' })
          .update({ state: 'known', bytes: 0 })
      );
    }
  }

  /** Finds a made variant; null if there is none. */
  async find(fileId: number, recipe: string): Promise<MadeVariant | null> {
    const [row] = await this.run((table) =>
      table().where({ file_id: fileId, recipe, state: 'made' }).select('id', 'bytes')
    );
    return row ? { id: Number(row.id), bytes: Number(row.bytes) } : null;
  }

  /** Marks the variants of files as no longer used. */
  async condemnOf(fileIds: readonly number[], only: { crops?: boolean } = {}): Promise<void> {
    for (const some of chunks(fileIds)) {
      await this.run((table) => {
        const query = table().whereIn('file_id', some).whereIn('state', USED);
        return (only.crops ? query.where({ is_crop: true }) : query).update({ state: 'removing' });
      });
    }
  }

  /** Marks variants as no longer used. */
  async condemn(ids: readonly number[]): Promise<void> {
    for (const some of chunks(ids)) {
      await this.run((table) =>
        table().whereIn('id', some).where({ state: 'made' }).update({ state: 'removing' })
      );
    }
  }

  /** Returns variants that are no longer used, by their ids. */
  condemned(page: Page): Promise<CondemnedVariant[]> {
    return this.page(page, (table) => table().where({ state: 'removing' }));
  }

  private async page(
    { most, after }: Page,
    some: (table: Table) => ReturnType<Table>
  ): Promise<CondemnedVariant[]> {
    const rows: Columns[] = await this.run((table) =>
      some(table)
        .where('id', '>', after)
        .orderBy('id')
        .limit(most)
        .select('id', 'name', 'is_private', 'bytes')
    );
    return rows.map((row) => ({
      ...{ id: Number(row.id), bytes: Number(row.bytes) },
      ...{ name: String(row.name), isPrivate: Boolean(row.is_private) },
    }));
  }

  /** Deletes the rows of variants whose bytes are removed. A variant that was made again meanwhile stays. */
  async forget(ids: readonly number[]): Promise<void> {
    for (const some of chunks(ids)) {
      await this.run((table) => table().whereIn('id', some).where({ state: 'removing' }).delete());
    }
  }

  /**
   * Number of bytes of all variants, and of the copies of originals. It is added up in pieces: with a million rows, one sum
   * blocks the event loop for three seconds on SQLite, and a piece for 4 ms.
   */
  async total(): Promise<number> {
    let total = 0;
    let last: unknown = 0;
    while (last !== null) {
      const after = Number(last);
      const [row] = await this.run((table) => this.sumAfter(table, after));
      total += Number(row?.bytes ?? 0);
      last = row?.last ?? null;
      await nextTurn();
    }
    return total;
  }

  /** The sum of some rows, and their last id; null if there is no row. */
  private sumAfter(table: Table, after: number): ReturnType<Table> {
    // The state is not part of the condition: its index would be read in another order than that of the ids.
    const page = table().where('id', '>', after).orderBy('id').limit(PIECE);
    const { connection } = this.options.db;
    const isCounted = WITH_BYTES.map((state) => `'${state}'`).join(', ');
    return table()
      .from(page.select('id', 'bytes', 'state').as('page'))
      .max('id as last')
      .select(
        connection.raw(`sum(case when state in (${isCounted}) then bytes else 0 end) as bytes`)
      );
  }

  /** Returns the least recently used variants, oldest first. */
  async oldest(most: number): Promise<Array<{ id: number; bytes: number; usedAt: number }>> {
    const rows = await this.run((table) =>
      table()
        .where({ state: 'made' })
        .orderBy('used_at')
        .limit(most)
        .select('id', 'bytes', 'used_at')
    );
    return rows.map((row: Columns) => ({
      id: Number(row.id),
      bytes: Number(row.bytes),
      usedAt: Number(row.used_at),
    }));
  }

  /** Notes that variants were used at a time. */
  async used(ids: readonly number[], usedAt: number): Promise<void> {
    for (const some of chunks(ids)) {
      await this.run((table) => table().whereIn('id', some).update({ used_at: usedAt }));
    }
  }

  private run<T>(work: (table: Table) => PromiseLike<T>): Promise<T> {
    return onTable(this.options.db, VARIANTS_TABLE, work);
  }
}

/** States of rows that are in use, and of those that have bytes. */
const USED: VariantState[] = ['made', 'original', 'known'];
const WITH_BYTES: VariantState[] = ['made', 'original'];
