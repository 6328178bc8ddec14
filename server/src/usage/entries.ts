import { groupBy } from '../util/group';
import { chunks } from '../database/chunks';
import { holdersOf, positionsIn, type Holder } from '../links/holders';
import { attributeOf, isList, type LinkModel } from '../links/model';
import { DEPTH } from '../links/owner';
import type { Spot, UsageReading, Use } from './use';

/** Values of one query. */
const CHUNK = 500;

/**
 * Follows spots in components up to the entries that have them. What belongs to no entry, or to one
 * that is no more, is no use.
 */
export async function usesAt(spots: readonly Spot[], reading: UsageReading): Promise<Use[]> {
  const isComponent = ({ uid }: Spot) => reading.getModel(uid)?.modelType === 'component';
  const inEntries: Spot[] = [];
  let left = [...spots];
  for (let depth = 0; left.length > 0 && depth <= DEPTH; depth += 1) {
    inEntries.push(...left.filter((spot) => !isComponent(spot)));
    const above: Spot[] = [];
    for (const [uid, inside] of byUid(left.filter(isComponent))) {
      above.push(...(await oneUp(uid, inside, reading)));
    }
    left = above;
  }
  const uses: Use[] = [];
  for (const [uid, inside] of byUid(inEntries)) {
    uses.push(...(await inRows(uid, inside, reading)));
  }
  return uses;
}

/**
 * The same spots as the holders of their components see them.
 *
 * @param uid of the components
 */
async function oneUp(uid: string, spots: readonly Spot[], reading: UsageReading): Promise<Spot[]> {
  const holders = await holdersOf(uid, idsOf(spots), reading);
  const places = await placesOf(uid, holders, reading);
  return spots.flatMap((spot) =>
    holders
      .filter(({ componentId }) => componentId === spot.id)
      .map((holder) => ({
        ...spot,
        uid: holder.uid,
        id: holder.id,
        field: `${places.get(holder)}.${spot.field}`,
      }))
  );
}

/**
 * Paths from holders to their components: `seo`, `blocks.0`.
 *
 * @param uid of the components
 */
async function placesOf(
  uid: string,
  holders: readonly Holder[],
  { db, getModel, trx }: UsageReading
): Promise<Map<Holder, string>> {
  const places = new Map(holders.map((holder) => [holder, holder.field]));
  const inLists = holders.filter((holder) => {
    const attribute = attributeOf(getModel(holder.uid) as LinkModel, holder.field);
    return attribute && isList(attribute);
  });
  const lists = groupBy(inLists, (holder) => `${holder.uid} ${holder.field}`);
  for (const some of lists.values()) {
    const position = await positionsIn(some[0], idsOf(some), { db, trx });
    for (const holder of some) {
      const index = position(holder.id, uid, holder.componentId);
      places.set(holder, `${holder.field}.${index}`);
    }
  }
  return places;
}

/**
 * Spots in rows of a content type, as uses; those in rows that are no more are left out.
 *
 * @param uid of the content type
 */
async function inRows(
  uid: string,
  spots: readonly Spot[],
  { db, getModel, trx }: UsageReading
): Promise<Use[]> {
  const { tableName, attributes } = db.metadata.get(uid);
  const columnOf = (name: string) =>
    (attributes as Record<string, { columnName?: string }>)[name]?.columnName;
  const [documentId, locale, publishedAt] = ['documentId', 'locale', 'publishedAt'].map(columnOf);
  const columns = ['id', documentId, locale, publishedAt].filter((name) => name !== undefined);
  const rows = new Map<number, Record<string, unknown>>();
  for (const some of chunks(idsOf(spots), CHUNK)) {
    const found: Array<Record<string, unknown>> = await db
      .getConnection(tableName)
      .whereIn('id', some)
      .select(columns)
      .transacting(trx);
    found.forEach((row) => rows.set(Number(row.id), row));
  }
  const isPublishable = getModel(uid)?.options?.draftAndPublish === true;
  return spots.flatMap((spot) => {
    const row = rows.get(spot.id);
    const text = (column = '') => (row?.[column] as string | null | undefined) ?? null;
    const status = text(publishedAt) === null ? 'draft' : 'published';
    return row
      ? [
          {
            ...spot,
            documentId: text(documentId),
            locale: text(locale),
            status: isPublishable ? status : null,
          },
        ]
      : [];
  });
}

const byUid = (spots: readonly Spot[]): Map<string, Spot[]> => groupBy(spots, ({ uid }) => uid);

const idsOf = (rows: ReadonlyArray<{ id: number }>): number[] => [
  ...new Set(rows.map(({ id }) => id)),
];
