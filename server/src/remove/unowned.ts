import type { Knex } from 'knex';
import { FILE_UID } from '../config/constants';
import type { Storage, StoredObject } from '../storage/port';
import type { FileRow } from '../types/rows';
import { nextTurn } from '../util/turns';
import { chunks } from '../database/chunks';
import type { Database } from '../database/transactions';
import { storedObjects } from '../upload/commit/row';
import type { Ledger } from '../ledger/ledger';
import { LEDGER_TABLE, type LedgerRow } from '../ledger/model';
import { carryOutRemoval } from '../ledger/removal';

/** Ids in one query. */
const PAGE = 500;

interface UnownedDeps {
  db: Database;
  ledger: Ledger;
  storage: Storage;
  provider(): string;
  log: { warn(message: string): void };
}

/** Which rows a deletion means, as Strapi's query engine takes it. */
export interface Deletion {
  where?: { id?: unknown };
  filters?: object;
  _q?: string;
}

/** The objects of one file row. */
export interface FileObjects {
  id: number;
  objects: StoredObject[];
}

/** Objects of file rows that were deleted past the plugin, by queries of a project's own. */
export class UnownedObjects {
  constructor(private readonly deps: UnownedDeps) {}

  /** Ids of the rows that a deletion is about to delete. */
  async idsOf({ where, filters, _q }: Deletion): Promise<number[]> {
    const ids: number[] = [];
    for (;;) {
      const after = { id: { $gt: ids.at(-1) ?? 0 } };
      const rows: FileRow[] = await this.deps.db.query(FILE_UID).findMany({
        select: ['id'],
        ...(filters ? { filters } : {}),
        ...(_q ? { _q } : {}),
        where: where ? { $and: [where, after] } : after,
        orderBy: { id: 'asc' },
        limit: PAGE,
      });
      ids.push(...rows.map(({ id }) => id));
      if (rows.length < PAGE) {
        return ids;
      }
      await nextTurn();
    }
  }

  /** Objects of rows about to be deleted of which the ledger knows nothing: the built-in plugin has stored them. */
  async unknownOf(ids: readonly number[]): Promise<FileObjects[]> {
    const { db, ledger, provider } = this.deps;
    const found: FileObjects[] = [];
    for (const some of chunks(ids, PAGE)) {
      const known = new Set(await ledger.unowned.storedAmong(some));
      const missing = some.filter((id) => !known.has(id));
      const where = { id: { $in: missing }, provider: provider() };
      const rows: FileRow[] =
        missing.length > 0 ? await db.query(FILE_UID).findMany({ where }) : [];
      found.push(...rows.map((row) => ({ id: row.id, objects: storedObjects(row) })));
      await nextTurn();
    }
    return found;
  }

  /**
   * Removes the objects that a row of the ledger names, unless something else names one of them, or another provider stores
   * them.
   */
  async remove(key: string): Promise<void> {
    const { ledger, provider } = this.deps;
    const row = await ledger.unowned.find(key);
    const isOurs = row?.provider === provider();
    if (row && isOurs && !(await this.isNamed(row)) && (await ledger.unowned.condemn(row))) {
      await carryOutRemoval(row, this.deps);
    }
  }

  /**
   * Whether a file row, or another row of the ledger, names one of these objects still. The texts have no index: each table
   * is read once.
   */
  private async isNamed({ key, objects }: LedgerRow): Promise<boolean> {
    const { db } = this.deps;
    const { tableName } = db.metadata.get(FILE_UID);
    const hashes = shortestOf(objects.map(({ hash }) => hash));
    const named = (column: string) => (query: Knex.QueryBuilder) =>
      hashes.forEach((hash) => void query.orWhereRaw(this.asText(column), [`%${hash}"%`]));
    const file = await db
      .getConnection(tableName)
      .whereIn('hash', hashes)
      .orWhere(named('formats'))
      .first('id');
    return (
      file !== undefined ||
      (await db
        .getConnection(LEDGER_TABLE)
        .whereNot({ key })
        .where(named('objects'))
        .first('id')) !== undefined
    );
  }

  private asText(column: string): string {
    const type = this.deps.db.dialect.client === 'mysql' ? 'CHAR' : 'TEXT';
    return `CAST(${column} AS ${type}) LIKE ?`;
  }
}

/** Names of objects without those that end like another one: a size is called as its original, with a word before it. */
const shortestOf = (hashes: readonly string[]): string[] =>
  hashes.filter((hash) => !hashes.some((other) => other !== hash && hash.endsWith(`_${other}`)));
