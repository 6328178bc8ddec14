import type { Knex } from 'knex';
import { chunks } from '../database/chunks';
import type { Database } from '../database/transactions';
import type { LinkModel } from './model';

/** The database and the models, for a search for the rows that hold components. */
export interface HolderLookup {
  db: Database;
  /** All models that can hold components. */
  models(): LinkModel[];
}

/** The database and the models, inside a transaction. */
export interface HolderReading extends HolderLookup {
  trx: Knex.Transaction;
}

/** A row that holds a component. */
export interface Holder {
  /** Uid of its model: a content type or another component. */
  uid: string;
  id: number;
  /** The attribute that holds the component. */
  field: string;
  componentId: number;
  /** Whether its model is a content type. */
  isEntry: boolean;
}

/** The join table between an attribute's components and the rows that hold them, from Strapi's metadata. */
interface ComponentJoin {
  name: string;
  joinColumn: { name: string };
  /** Column with the id of the component; set for an attribute with one type of component. */
  inverseJoinColumn?: { name: string };
  /** Columns with the id and the type of the component; set for a dynamic zone. */
  morphColumn?: { idColumn: { name: string }; typeColumn: { name: string } };
}

type Row = Record<string, unknown>;

/** Number of values in one query. */
const CHUNK = 500;

/**
 * Finds the rows that hold these components, with one query for each attribute that can hold them.
 *
 * @param uid of the components
 */
export async function holdersOf(
  uid: string,
  ids: readonly number[],
  { db, models, trx }: HolderReading
): Promise<Holder[]> {
  const holders: Holder[] = [];
  for (const model of models()) {
    for (const [field, attribute] of Object.entries(model.attributes)) {
      if (attribute.component !== uid && !attribute.components?.includes(uid)) {
        continue;
      }
      const join = joinOf(db, model.uid, field);
      const { idColumn, where } = componentColumns(join, uid);
      for (const some of chunks(ids, CHUNK)) {
        const rows: Row[] = await db
          .getConnection(join.name)
          .where({ ...where, field })
          .whereIn(idColumn, some)
          .select(idColumn, join.joinColumn.name)
          .transacting(trx);
        const isEntry = model.modelType !== 'component';
        const held = rows.map((row) => ({
          ...{ uid: model.uid, field, isEntry },
          id: Number(row[join.joinColumn.name]),
          componentId: Number(row[idColumn]),
        }));
        holders.push(...held);
      }
    }
  }
  return holders;
}

/**
 * Returns a function that finds the position of a component in the list of an attribute, from 0.
 *
 * @param ids of the rows that have the attribute
 */
export async function positionsIn(
  { uid, field }: Pick<Holder, 'uid' | 'field'>,
  ids: readonly number[],
  { db, trx }: Pick<HolderReading, 'db' | 'trx'>
): Promise<(holderId: number, componentUid: string, componentId: number) => number> {
  const { name, joinColumn, inverseJoinColumn, morphColumn } = joinOf(db, uid, field);
  const idColumn = morphColumn?.idColumn.name ?? inverseJoinColumn?.name ?? 'cmp_id';
  const lists = new Map<number, Array<{ uid: unknown; id: number }>>();
  for (const some of chunks(ids, CHUNK)) {
    const rows: Row[] = await db
      .getConnection(name)
      .where({ field })
      .whereIn(joinColumn.name, some)
      .orderBy(['order', 'id'])
      .transacting(trx);
    for (const row of rows) {
      const holder = Number(row[joinColumn.name]);
      const uid = morphColumn && row[morphColumn.typeColumn.name];
      lists.set(holder, [...(lists.get(holder) ?? []), { uid, id: Number(row[idColumn]) }]);
    }
  }
  return (holderId, componentUid, componentId) =>
    (lists.get(holderId) ?? []).findIndex(
      ({ uid, id }) => id === componentId && (uid === undefined || uid === componentUid)
    );
}

const joinOf = (db: Database, uid: string, field: string): ComponentJoin =>
  (db.metadata.get(uid).attributes[field] as unknown as { joinTable: ComponentJoin }).joinTable;

const componentColumns = ({ inverseJoinColumn, morphColumn }: ComponentJoin, uid: string) =>
  morphColumn
    ? { idColumn: morphColumn.idColumn.name, where: { [morphColumn.typeColumn.name]: uid } }
    : { idColumn: inverseJoinColumn?.name ?? 'cmp_id', where: {} };
