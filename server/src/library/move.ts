import type { Knex } from 'knex';
import { FILE_UID, FOLDER_UID } from '../config/constants';
import { chunks } from '../database/chunks';
import type { Database } from '../database/transactions';
import { pacer } from '../util/turns';
import { childPath, subtreesOf, type FolderRow } from './folder-tree';
import { joinTableOf, type JoinTable } from './join-table';

/** A place for files and folders: a folder, or the root, whose id is null. */
export interface Place {
  id: number | null;
  path: string;
}

/** A folder and all its subfolders. */
export interface Subtree {
  top: FolderRow;
  /** The rows of all these folders, including the top. */
  rows: readonly FolderRow[];
}

/** Rows, and the row that each of them will point to; `target` is null if they will point to none. */
interface Relink {
  ids: readonly number[];
  target: number | null;
}

type Table = (name: string) => Knex.QueryBuilder;

export const subtreeOf = (tree: readonly FolderRow[], top: FolderRow): Subtree => ({
  top,
  rows: subtreesOf(tree, [top]),
});

/**
 * Moves a folder into another one, and rewrites the paths of everything below it, including files. Runs inside the
 * transaction that has locked the tree.
 *
 * Runs one query per folder, with an exact path. This works on every database, and cannot match another path that
 * begins with the same text.
 *
 * @param subtree its paths are updated to those in the database
 */
export async function moveSubtree(
  db: Database,
  { top, rows }: Subtree,
  parent: Place
): Promise<void> {
  const moved = childPath(parent.path, top.pathId);
  const before = top.path;
  const { tableName, attributes } = db.metadata.get(FOLDER_UID);
  const files = db.metadata.get(FILE_UID).tableName;
  const giveWay = pacer();
  await within(db, async (table) => {
    await relink(table, joinTableOf(attributes.parent), { ids: [top.id], target: parent.id });
    for (const row of rows) {
      await giveWay();
      const next = moved + row.path.slice(before.length);
      await table(tableName).where({ id: row.id }).update({ path: next });
      await table(files).where({ folder_path: row.path }).update({ folder_path: next });
      row.path = next;
    }
  });
}

/**
 * Moves files into a folder. No other column changes, not even `updatedAt` (Strapi 5.54).
 *
 * @param folder the destination
 */
export async function moveFiles(
  db: Database,
  ids: readonly number[],
  folder: Place
): Promise<void> {
  const { tableName, attributes } = db.metadata.get(FILE_UID);
  const giveWay = pacer();
  await within(db, async (table) => {
    for (const some of chunks([...new Set(ids)])) {
      await giveWay();
      const found: Array<{ id: number }> = await table(tableName)
        .whereIn('id', some)
        .orderBy('id')
        .select('id');
      const moved = found.map(({ id }) => id);
      await table(tableName).whereIn('id', moved).update({ folder_path: folder.path });
      await relink(table, joinTableOf(attributes.folder), { ids: moved, target: folder.id });
    }
  });
}

/** Makes each of `ids` point only to `target`. The order inside a folder is not set, since no code uses it. */
async function relink(
  table: Table,
  { name, joinColumn, inverseJoinColumn }: JoinTable,
  { ids, target }: Relink
): Promise<void> {
  await table(name).whereIn(joinColumn.name, ids).delete();
  if (target !== null && ids.length > 0) {
    await table(name).insert(
      ids.map((id) => ({ [joinColumn.name]: id, [inverseJoinColumn.name]: target }))
    );
  }
}

async function within(db: Database, work: (table: Table) => Promise<void>): Promise<void> {
  await db.transaction(({ trx }) => work((name) => db.getConnection(name).transacting(trx)));
}
