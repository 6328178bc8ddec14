import { FILE_UID } from '../config/constants';
import type { Database } from '../database/transactions';

/** The morph join table of `related`, as Strapi's metadata describes it. */
export interface MorphJoinTable {
  name: string;
  joinColumn: { name: string };
  morphColumn: { idColumn: { name: string }; typeColumn: { name: string } };
}

/** The table that links files to media attributes: a row names file, model, row and attribute. */
export function joinTableOf(db: Database): MorphJoinTable {
  const { related } = db.metadata.get(FILE_UID).attributes;
  if (!related || !('joinTable' in related)) {
    throw new Error(`The content type ${FILE_UID} has no attribute "related".`);
  }
  return related.joinTable as unknown as MorphJoinTable;
}
