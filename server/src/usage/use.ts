import type { Knex } from 'knex';
import type { Database } from '../database/transactions';
import type { LinkModel } from '../links/model';

/** An attribute of an entry that uses a file. */
export interface Use {
  fileId: number;
  /** Uid of the entry's content type. */
  uid: string;
  /** Id of the entry's row: one version in one language. */
  id: number;
  documentId: string | null;
  /** Language of the entry; null for an entry without a language. */
  locale: string | null;
  /** Version of the entry; null if the content type has no draft and publish. */
  status: 'draft' | 'published' | null;
  /** Path of the attribute, such as `cover`, `seo.image` or `blocks.0.image`. */
  field: string;
  /** Whether the file's URL is in the text of the attribute. Otherwise the file is linked to the attribute. */
  inText: boolean;
}

/** Uses of some files. */
export interface Uses {
  uses: Use[];
  /** Whether there may be more uses than were searched for. */
  more: boolean;
}

/** An attribute that uses a file, in the row of an entry or of a component. */
export type Occurrence = Pick<Use, 'fileId' | 'uid' | 'id' | 'field' | 'inText'>;

/** The database and the models of the project, which are needed to find uses. */
export interface UsageLookup {
  db: Database;
  getModel(uid: string): LinkModel | undefined;
  /** All content types and components. */
  models(): LinkModel[];
}

/** The database and the models, inside a transaction. */
export interface UsageReading extends UsageLookup {
  trx: Knex.Transaction;
}
