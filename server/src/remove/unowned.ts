import type { Knex } from 'knex';
import { FILE_UID } from '../config/constants';
import type { Storage, StoredObject } from '../storage/port';
import type { FileRow } from '../types/rows';
import { nextTurn } from '../util/turns';
import { chunks } from '../database/chunks';
import type { Database } from '../database/transactions';
import { storedObjects } from '../storage/stored-objects';
import type { Ledger } from '../ledger/ledger';
import { LEDGER_TABLE, type LedgerRow } from '../ledger/model';
import { carryOutRemoval } from '../ledger/removal';

/** Number of ids that are read by one query. */
const PAGE = 500;

interface UnownedDeps {
  db: Database;
  ledger: Ledger;
  storage: Storage;
  provider(): string;
  log: { warn(message: string): void };
}

/** Selects the rows of a deletion, in the form of Strapi's query engine. */
export interface Deletion {
  where?: { id?: unknown };
  filters?: object;
  _q?: string;
}

/** The objects of one row of `files`. */
export interface FileObjects {
  id: number;
  objects: StoredObject[];
}

/** Objects of rows of `files` that a project's own queries have deleted, without this plugin's services. */
export class UnownedObjects {
  constructor(private readonly deps: UnownedDeps) {}

  /** Returns the ids of the rows that a deletion will delete. */
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

  /**
   * Returns the objects of rows that are about to be deleted and have no ledger row: the built-in plugin has stored
   * them.
   */
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
   * Removes the objects of an unowned ledger row. Does nothing if another row names one of the objects, or if
   * another provider has stored them.
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
   * Whether a row of `files` or another ledger row still names one of these objects. The texts have no index, so each
   * table is scanned, but only once.
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

/**
 * Leaves out keys that end with another key of the list. The key of a size is the key of its original with a
 * prefix, so the search for the original finds both.
 */
const shortestOf = (hashes: readonly string[]): string[] =>
  hashes.filter((hash) => !hashes.some((other) => other !== hash && hash.endsWith(`_${other}`)));
