import { holdersOf, type HolderLookup } from './holders';

/** An entry: rows of a content type. */
export interface Owner {
  uid: string;
  ids: number[];
  documentId: string | null;
}

/** Components can hold components; deeper than this nobody builds. */
export const DEPTH = 10;

/**
 * The entry that a component's row belongs to, however deep; null where none does.
 *
 * @param uid of the component
 */
export async function ownerOf(
  uid: string,
  id: number,
  lookup: HolderLookup
): Promise<Owner | null> {
  return lookup.db.transaction(async ({ trx }) => {
    let at: { uid: string; id: number; isEntry: boolean } | undefined = { uid, id, isEntry: false };
    for (let depth = 0; at && !at.isEntry && depth < DEPTH; depth += 1) {
      [at] = await holdersOf(at.uid, [at.id], lookup, trx);
    }
    return at?.isEntry ? { uid: at.uid, ids: [at.id], documentId: null } : null;
  });
}
