import type { Knex } from 'knex';
import { FILE_UID } from '../config/constants';
import type { Database } from '../database/transactions';
import type { FileRow } from '../types/rows';
import { joinTableOf, type JoinTable } from './join-table';

type EntityManager = Database['entityManager'];
type RelationStep = EntityManager['attachRelations'];
/** Model, id, data and options, as Strapi calls such a step. */
type RelationCall = Parameters<RelationStep>;

/** Creates a row, as `db.query().create` does, at a cost that does not grow with the folder. */
export const createFileRow = (db: Database, data: Record<string, unknown>): Promise<FileRow> =>
  managerOf(db).create(FILE_UID, { data });

/** Changes a row, as `db.query().update` does, at a cost that does not grow with the folders; null where there is no row. */
export const updateFileRow = (
  db: Database,
  id: number,
  data: Record<string, unknown>
): Promise<FileRow | null> => managerOf(db).update(FILE_UID, { where: { id }, data });

/**
 * Strapi's entity manager, whose step for the folder of a file is ours. Strapi reads all links of a folder when it puts a
 * file into it, and numbers all links anew when it takes one out (5.54). All else is Strapi's: columns, lifecycle hooks,
 * which see the folder in the data and may name another one, and the other relations.
 */
function managerOf(db: Database): EntityManager {
  const manager = db.entityManager;
  const attachRelations: RelationStep = async (...call) => {
    const [uid, id, data, options] = call;
    const step = folderStep(db, call);
    await manager.attachRelations(uid, id, step?.others ?? data, options);
    if (step && step.folder !== null) {
      await step.links().insert(await linkOf(step, Number(id), step.folder));
    }
  };
  const updateRelations: RelationStep = async (...call) => {
    const [uid, id, data, options] = call;
    const step = folderStep(db, call);
    await manager.updateRelations(uid, id, step?.others ?? data, options);
    if (step) {
      await moveLink(step, Number(id), step.folder);
    }
  };
  return Object.create(manager, {
    attachRelations: { value: attachRelations },
    updateRelations: { value: updateRelations },
  });
}

interface Links {
  joinTable: JoinTable;
  /** A new query on that table, in the transaction. */
  links(): Knex.QueryBuilder;
}

interface FolderStep extends Links {
  folder: number | null;
  /** The data without the folder. */
  others: Record<string, unknown>;
}

/** Undefined where the data name no folder, or name it in a way that is Strapi's to read. */
function folderStep(
  db: Database,
  [uid, , data, { transaction } = {}]: RelationCall
): FolderStep | undefined {
  const { folder, ...others }: Record<string, unknown> = data;
  const joinTable = joinTableOf(db.metadata.get(uid).attributes.folder);
  if (!joinTable || !transaction || !(folder === null || typeof folder === 'number')) {
    return undefined;
  }
  const links = () => db.getConnection(joinTable.name).transacting(transaction);
  return { folder, others, joinTable, links };
}

/**
 * A new row of the join table, behind all others. Its number is one more than the highest of the whole table, which comes
 * from the column's index: the numbers of a folder's files need not follow each other.
 */
async function linkOf({ joinTable, links }: Links, id: number, folder: number) {
  const { joinColumn, inverseJoinColumn, inverseOrderColumnName: order } = joinTable;
  const link = { [joinColumn.name]: id, [inverseJoinColumn.name]: folder };
  if (!order) {
    return link;
  }
  const last = await links().max({ number: order }).first();
  return { ...link, [order]: Number(last?.number ?? 0) + 1 };
}

/** Makes a folder the one that a file lies in; null: none. A link that is there keeps its number. */
async function moveLink(of: Links, id: number, folder: number | null): Promise<void> {
  const { joinColumn, inverseJoinColumn } = of.joinTable;
  const others = of.links().where(joinColumn.name, id);
  await (folder === null ? others : others.whereNot(inverseJoinColumn.name, folder)).delete();
  if (folder !== null) {
    await of
      .links()
      .insert(await linkOf(of, id, folder))
      .onConflict([joinColumn.name, inverseJoinColumn.name])
      .ignore();
  }
}
