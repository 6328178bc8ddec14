import type { Knex } from 'knex';
import { FILE_UID } from '../config/constants';
import type { Database } from '../database/transactions';
import type { FileRow } from '../types/rows';
import { joinTableOf, type JoinTable } from './join-table';

type EntityManager = Database['entityManager'];
type RelationStep = EntityManager['attachRelations'];
/** The arguments of a step that stores relations: model, id, data and options. */
type RelationCall = Parameters<RelationStep>;

/** Creates a row, as `db.query().create` does. The cost does not grow with the number of files in the folder. */
export const createFileRow = (db: Database, data: Record<string, unknown>): Promise<FileRow> =>
  managerOf(db).create(FILE_UID, { data });

/**
 * Updates a row, as `db.query().update` does. The cost does not grow with the number of files in the folders.
 * Returns null if the row does not exist.
 */
export const updateFileRow = (
  db: Database,
  id: number,
  data: Record<string, unknown>
): Promise<FileRow | null> => managerOf(db).update(FILE_UID, { where: { id }, data });

/**
 * Strapi's entity manager with another step for the folder of a file. Strapi reads all links of a folder when it
 * adds a file, and renumbers all links when it removes one (5.54). Everything else is Strapi's code: columns,
 * lifecycle hooks and the other relations. The hooks see the folder in the data and may change it.
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
  /** Returns a new query on the join table, inside the transaction. */
  links(): Knex.QueryBuilder;
}

interface FolderStep extends Links {
  folder: number | null;
  /** The data without the folder. */
  others: Record<string, unknown>;
}

/**
 * Returns what is needed to link a file to its folder; undefined if the data has no folder, or has the folder in a form
 * that is left to Strapi.
 */
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
 * Returns a new row of the join table, at the end. Its order number is one higher than the highest number of the whole
 * table, which the database reads from the index of that column. The numbers in one folder may have gaps.
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

/** Moves a file into a folder (null: the root). An existing link to that folder keeps its number. */
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
