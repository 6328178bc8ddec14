import { groupBy } from '../util/group';
import { chunks } from '../database/chunks';
import { holdersOf, positionsIn, type Holder } from '../links/holders';
import { attributeOf, isList, type LinkModel } from '../links/model';
import { DEPTH } from '../links/linked-entry';
import type { Occurrence, UsageReading, Use } from './use';

/** Number of values in one query. */
const CHUNK = 500;

/**
 * Follows occurrences in components up to the entries that contain them. An occurrence without an existing entry is
 * not a use.
 */
export async function usesAt(
  occurrences: readonly Occurrence[],
  reading: UsageReading
): Promise<Use[]> {
  const isComponent = ({ uid }: Occurrence) => reading.getModel(uid)?.modelType === 'component';
  const inEntries: Occurrence[] = [];
  let left = [...occurrences];
  for (let depth = 0; left.length > 0 && depth <= DEPTH; depth += 1) {
    inEntries.push(...left.filter((occurrence) => !isComponent(occurrence)));
    const above: Occurrence[] = [];
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
 * Returns the occurrences one level up: in the entries or components that hold the components.
 *
 * @param uid of the components
 */
async function oneUp(
  uid: string,
  occurrences: readonly Occurrence[],
  reading: UsageReading
): Promise<Occurrence[]> {
  const holders = await holdersOf(uid, idsOf(occurrences), reading);
  const places = await placesOf(uid, holders, reading);
  return occurrences.flatMap((occurrence) =>
    holders
      .filter(({ componentId }) => componentId === occurrence.id)
      .map((holder) => ({
        ...occurrence,
        uid: holder.uid,
        id: holder.id,
        field: `${places.get(holder)}.${occurrence.field}`,
      }))
  );
}

/**
 * Returns the paths from holders to their components, such as `seo` or `blocks.0`.
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
 * Converts occurrences in rows of a content type into uses. Leaves out rows that no longer exist.
 *
 * @param uid of the content type
 */
async function inRows(
  uid: string,
  occurrences: readonly Occurrence[],
  { db, getModel, trx }: UsageReading
): Promise<Use[]> {
  const { tableName, attributes } = db.metadata.get(uid);
  const columnOf = (name: string) =>
    (attributes as Record<string, { columnName?: string }>)[name]?.columnName;
  const [documentId, locale, publishedAt] = ['documentId', 'locale', 'publishedAt'].map(columnOf);
  const columns = ['id', documentId, locale, publishedAt].filter((name) => name !== undefined);
  const rows = new Map<number, Record<string, unknown>>();
  for (const some of chunks(idsOf(occurrences), CHUNK)) {
    const found: Array<Record<string, unknown>> = await db
      .getConnection(tableName)
      .whereIn('id', some)
      .select(columns)
      .transacting(trx);
    found.forEach((row) => rows.set(Number(row.id), row));
  }
  const isPublishable = getModel(uid)?.options?.draftAndPublish === true;
  return occurrences.flatMap((occurrence) => {
    const row = rows.get(occurrence.id);
    const text = (column = '') => (row?.[column] as string | null | undefined) ?? null;
    const status = text(publishedAt) === null ? 'draft' : 'published';
    return row
      ? [
          {
            ...occurrence,
            documentId: text(documentId),
            locale: text(locale),
            status: isPublishable ? status : null,
          },
        ]
      : [];
  });
}

const byUid = (occurrences: readonly Occurrence[]): Map<string, Occurrence[]> =>
  groupBy(occurrences, ({ uid }) => uid);

const idsOf = (rows: ReadonlyArray<{ id: number }>): number[] => [
  ...new Set(rows.map(({ id }) => id)),
];
