import type { Knex } from 'knex';
import type { Database } from '../database/transactions';
import type { LinkModel } from '../links/model';

/** An attribute of an entry that shows a file. */
export interface Use {
  fileId: number;
  /** Uid of the entry's content type. */
  uid: string;
  /** The entry's row: one version in one language. */
  id: number;
  documentId: string | null;
  /** Null where entries have no language. */
  locale: string | null;
  /** Null where entries are not published. */
  status: 'draft' | 'published' | null;
  /** Path of the attribute: `cover`, `seo.image`, `blocks.0.image`. */
  field: string;
  /** Whether the file's URL is part of what the attribute says; else the file is linked to it. */
  inText: boolean;
}

/** Uses of some files. */
export interface Uses {
  uses: Use[];
  /** Whether there may be more than were looked for. */
  more: boolean;
}

/** An attribute that shows a file, of a row that may be a component's. */
export type Occurrence = Pick<Use, 'fileId' | 'uid' | 'id' | 'field' | 'inText'>;

/** What is asked of the project to find uses. */
export interface UsageLookup {
  db: Database;
  getModel(uid: string): LinkModel | undefined;
  /** All content types and components. */
  models(): LinkModel[];
}

/** A look for uses inside a transaction. */
export interface UsageReading extends UsageLookup {
  trx: Knex.Transaction;
}
