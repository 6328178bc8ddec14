import { holdersOf, type HolderLookup } from './holders';

/** An entry, as the rows of a content type that belong to it. */
export interface LinkedEntry {
  uid: string;
  ids: number[];
  documentId: string | null;
}

/** Maximum depth that is searched for components in components. Real projects nest them less deeply. */
export const DEPTH = 10;

/**
 * Finds the entry that contains rows of a component, at any depth; null if no entry contains them.
 *
 * @param uid of the component
 * @param ids of rows that one entry holds
 */
export async function entryOf(
  uid: string,
  ids: readonly number[],
  { db, models }: HolderLookup
): Promise<LinkedEntry | null> {
  return db.transaction(async ({ trx }) => {
    let [at] = await holdersOf(uid, ids, { db, models, trx });
    for (let depth = 1; at && !at.isEntry && depth < DEPTH; depth += 1) {
      [at] = await holdersOf(at.uid, [at.id], { db, models, trx });
    }
    return at?.isEntry ? { uid: at.uid, ids: [at.id], documentId: null } : null;
  });
}
