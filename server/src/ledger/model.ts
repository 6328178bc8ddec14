import type { ObjectAddress, PublishedObject } from '../storage/port';

/** Table of the ledger; no content type, so neither editors nor the REST API see it. */
export const LEDGER_TABLE = 'upload_ledger';

/**
 * What a row's objects are:
 * - `staged`: named before they became reachable; not true until their file row is committed
 * - `stored`: the bytes of the file row `fileId`
 * - `removing`: no row names them any more; to be removed, and tried again until they are gone
 * - `unowned`: their file row was deleted by a query past the plugin; they stay
 */
export type LedgerState = 'staged' | 'stored' | 'removing' | 'unowned';

/** One object of a row: where it is, and what it must be. */
export interface LedgerObject
  extends ObjectAddress, Partial<Omit<PublishedObject, keyof ObjectAddress>> {
  /** What the row said that is deleted. */
  about?: Record<string, unknown>;
  /** Bytes. Unknown for what the built-in plugin stored. */
  sizeInBytes?: number;
  /** Of the stored bytes, in hex. */
  sha256?: string;
  /** Where the bytes are kept that these replace, until the replacement is committed. */
  keep?: string | undefined;
  /** Whether it may be stored still, by a call that was given up. */
  unsure?: boolean | undefined;
}

/** A row of the ledger. Times in ms since 1970. */
export interface LedgerRow {
  /** Random; names the row across instances. */
  key: string;
  state: LedgerState;
  objects: LedgerObject[];
  fileId: number | null;
  /** Who created the file, as `callerKey` names callers; null where nobody knows. */
  creator: string | null;
  /** Whether private metadata may be left in the original; null where nobody knows. */
  metadataKept: boolean | null;
  provider: string;
  /** Who works on the row; null when nobody does. */
  instance: string | null;
  /** Until when nobody else may work on it. */
  leaseUntil: number;
  /** How often a removal was tried. */
  tries: number;
}

/** The table as Strapi's schema sync makes it. */
export const ledgerModel = {
  uid: 'plugin::upload.ledger',
  singularName: 'upload-ledger',
  tableName: LEDGER_TABLE,
  attributes: {
    id: { type: 'increments' },
    key: { type: 'string', column: { notNullable: true } },
    state: { type: 'string', column: { notNullable: true } },
    objects: { type: 'json' },
    fileId: { type: 'integer' },
    /** The file's documentId: a database can give an id again, such as SQLite when a table was made anew. */
    fileDocument: { type: 'string' },
    owner: { type: 'string' },
    metadataKept: { type: 'boolean' },
    /** The file that this row's work changes: one at a time, across instances. */
    heldFile: { type: 'integer' },
    provider: { type: 'string' },
    instance: { type: 'string' },
    leaseUntil: { type: 'biginteger' },
    tries: { type: 'integer' },
    createdAt: { type: 'datetime', default: () => new Date() },
  },
  indexes: [
    { name: 'upload_ledger_key_index', columns: ['key'], type: 'unique' },
    { name: 'upload_ledger_held_file_index', columns: ['held_file'], type: 'unique' },
    { name: 'upload_ledger_file_id_index', columns: ['file_id'], type: null },
    { name: 'upload_ledger_lease_index', columns: ['state', 'lease_until'], type: null },
  ],
};
