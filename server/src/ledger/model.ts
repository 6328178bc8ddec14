import type { ObjectAddress, PublishedObject } from '../storage/port';

/** Table of the ledger. It is not a content type, so neither editors nor the REST API see it. */
export const LEDGER_TABLE = 'upload_ledger';

/**
 * State of the objects of a row:
 *
 * - `staged`: the objects are recorded before they are published; they are not valid until their row of `files` is
 *   committed
 * - `stored`: the objects belong to the row of `files` with the id `fileId`
 * - `removing`: no row of `files` names the objects any more; their removal is tried until it succeeds
 * - `unowned`: the row of `files` was deleted without this plugin's services; the objects stay
 */
export type LedgerState = 'staged' | 'stored' | 'removing' | 'unowned';

/** One object of a row: its address and the expected bytes. */
export interface LedgerObject
  extends ObjectAddress, Partial<Omit<PublishedObject, keyof ObjectAddress>> {
  /** For an object to be removed: the columns of its deleted row of `files`. */
  about?: Record<string, unknown>;
  /** Size in bytes; unknown for objects that the built-in plugin stored. */
  sizeInBytes?: number;
  /** SHA-256 of the stored bytes, in hex. */
  sha256?: string;
  /** Where the replaced bytes are kept until the replacement is committed. */
  keep?: string | undefined;
  /** Whether a provider call that timed out may still store the object. */
  unsure?: boolean | undefined;
}

/** A row of the ledger. All times are in ms since 1970. */
export interface LedgerRow {
  /** Random key of the row, unique across all processes. */
  key: string;
  state: LedgerState;
  objects: LedgerObject[];
  fileId: number | null;
  /** Key of the caller that created the file, from `callerKey`; null if unknown. */
  creator: string | null;
  /** Whether private metadata may be left in the original; null if unknown. */
  metadataKept: boolean | null;
  provider: string;
  /** The process that is working on the row; null if none is. */
  instance: string | null;
  /** End of the lease: before it no other process may work on the row. */
  leaseUntil: number;
  /** How often the removal was tried. */
  tries: number;
}

/** Definition of the table for Strapi's schema sync. */
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
    /**
     * The file's documentId. The id alone is not enough: a database may reuse an id, as SQLite does in a recreated
     * table.
     */
    fileDocument: { type: 'string' },
    owner: { type: 'string' },
    metadataKept: { type: 'boolean' },
    /**
     * Id of the file that this row holds. Only one row can hold a file, so all processes together make one change of it
     * at a time.
     */
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
