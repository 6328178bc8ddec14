import type { LedgerRow, LedgerState } from './model';

/** Columns of a row, by their names in the table. */
export type Columns = Record<string, unknown>;

/** Converts a row from the database into a typed row. */
export function parse(row: Columns): LedgerRow {
  const { objects } = row;
  return {
    key: String(row.key),
    state: row.state as LedgerState,
    objects: typeof objects === 'string' ? JSON.parse(objects) : (objects ?? []),
    fileId: row.file_id == null ? null : Number(row.file_id),
    creator: row.owner == null ? null : String(row.owner),
    // SQLite and MariaDB return booleans as 0 and 1.
    metadataKept: row.metadata_kept == null ? null : Boolean(row.metadata_kept),
    provider: String(row.provider),
    instance: row.instance == null ? null : String(row.instance),
    // PostgreSQL returns big integers as text.
    leaseUntil: Number(row.lease_until),
    tries: Number(row.tries),
  };
}
