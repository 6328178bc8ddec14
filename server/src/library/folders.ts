import { errors } from '../util/strapi-utils';
import { FILE_UID, FOLDER_UID } from '../config/constants';
import { invalid } from '../errors';
import type { Transactions } from '../database/transactions';
import { rowsById } from '../database/rows-by-id';
import { parseId } from './files';
import type { AdminUser, FileRow, FolderId } from '../types/rows';
import {
  buildTree,
  childPath,
  childrenOf,
  isWithin,
  parentPath,
  ROOT_PATH,
  type FolderNode,
  type FolderRow,
} from './folder-tree';
import { moveFiles, moveSubtree, subtreeOf } from './move';
import { placeOf } from './named-place';
import { refuseMove } from './refuse-move';

/** The properties of a folder that a caller may set. `parent: null` means the root. */
export interface FolderInput {
  name?: string | undefined;
  parent?: FolderId | null | undefined;
}

/** Files and folders that are moved or deleted together. */
export interface Selection {
  folderIds: number[];
  fileIds: number[];
}

/** The columns of a file that name its folder. */
export interface FolderColumns {
  folder: number | null;
  folderPath: string;
}

/** How often a change is tried if it conflicts with a change by another process. */
const ATTEMPTS = 5;

/**
 * The folders of the Media Library. Each change locks the tree before it reads it. So changes at the same time, by
 * any process, cannot lead to two folders of the same name in one parent, a cycle or a wrong path.
 */
export class Folders {
  constructor(private readonly transactions: Transactions) {}

  /**
   * Creates a folder.
   *
   * @throws errors.ValidationError for an unknown parent, or a name that exists in the parent already
   */
  create(input: FolderInput, user?: AdminUser): Promise<FolderRow> {
    return this.change((tree) => this.createIn(tree, input, user));
  }

  /**
   * Creates a folder as part of a change.
   *
   * @param tree the tree that `change` has passed
   * @throws as `create`
   */
  async createIn(
    tree: readonly FolderRow[],
    { name = '', parent = null }: FolderInput,
    user?: AdminUser
  ): Promise<FolderRow> {
    const { id, path } = placeOf(tree, 'parent', parent);
    if (childrenOf(tree, path).some((row) => row.name === name)) {
      throw nameTaken(name);
    }
    const pathId = nextPathId(tree);
    const creator = user ? { createdBy: user.id, updatedBy: user.id } : {};
    const data = { name, parent: id, pathId, path: childPath(path, pathId), ...creator };
    return this.query().create({ data });
  }

  /**
   * Renames a folder, moves it, or both.
   *
   * @throws errors.NotFoundError; errors.ValidationError as `create`, and for a move into itself
   */
  update(id: number, { name, parent }: FolderInput, user?: AdminUser): Promise<FolderRow> {
    return this.change(async (tree) => {
      const folder = tree.find((row) => row.id === id);
      if (!folder) {
        throw new errors.NotFoundError('folder not found');
      }
      const into = parent === undefined ? null : placeOf(tree, 'parent', parent);
      if (into && isWithin(into.path, folder.path)) {
        throw invalid(['parent'], 'folder cannot be moved inside itself', parent);
      }
      const there = childrenOf(tree, into?.path ?? parentPath(folder.path));
      const wanted = name ?? folder.name;
      if (there.some((row) => row.id !== id && row.name === wanted)) {
        throw nameTaken(name);
      }
      if (into) {
        await moveSubtree(this.transactions.db, subtreeOf(tree, folder), into);
      }
      const updater = user ? { updatedBy: user.id } : {};
      const data = { ...(name === undefined ? {} : { name }), ...updater };
      return this.query().update({ where: { id }, data });
    });
  }

  /**
   * Moves files and folders, all of them or none. Ids that do not exist are skipped.
   *
   * @param destinationFolderId id of a folder; null is the root
   * @throws errors.ValidationError for an unknown destination, names that exist there already, or a folder that
   *   would be moved into itself
   */
  move(selection: Selection, destinationFolderId: FolderId | null) {
    return this.change(async (tree) => {
      const { db } = this.transactions;
      const into = placeOf(tree, 'destinationFolderId', destinationFolderId);
      const chosen = new Set(selection.folderIds);
      const folders = tree.filter(({ id }) => chosen.has(id));
      const sent = { folderIds: selection.folderIds, destinationFolderId };
      const { path } = into;
      refuseMove(folders, { path, children: childrenOf(tree, path) }, sent);
      for (const folder of folders) {
        await moveSubtree(db, subtreeOf(tree, folder), into);
      }
      await moveFiles(db, selection.fileIds, into);
      return {
        files: await rowsById<FileRow>({ uid: FILE_UID, ids: selection.fileIds }, db),
        folders: await rowsById<FolderRow>(
          { uid: FOLDER_UID, ids: folders.map(({ id }) => id) },
          db
        ),
      };
    });
  }

  /** Reads the whole tree in one query, sorted by name. */
  async structure(): Promise<FolderNode[]> {
    const rows: FolderRow[] = await this.query().findMany({
      select: ['id', 'name', 'path'],
      orderBy: { name: 'asc' },
    });
    return buildTree(rows);
  }

  /**
   * Locks all folders until the transaction ends, and then reads them. Both queries are needed: rows that
   * PostgreSQL returns after waiting for a lock do not include new rows.
   *
   * @param lockMore locks other rows before the read; on MariaDB all later reads show the data at the time of the
   *   first plain read
   */
  async lock(lockMore: () => Promise<void> = async () => {}): Promise<FolderRow[]> {
    const { db } = this.transactions;
    const { tableName } = db.metadata.get(FOLDER_UID);
    await db.transaction(async ({ trx }) =>
      db.getConnection(tableName).select('id').orderBy('id').forUpdate().transacting(trx)
    );
    await lockMore();
    return this.query().findMany({ orderBy: { id: 'asc' } });
  }

  /**
   * Returns the columns that put a file into a folder. Until the transaction ends, the folder can be neither moved
   * nor deleted.
   *
   * @param raw id of the folder; null for the root
   * @throws errors.ValidationError for a folder that does not exist
   */
  async columnsFor(raw: FolderId | null): Promise<FolderColumns> {
    if (raw === null) {
      return { folder: null, folderPath: ROOT_PATH };
    }
    const { db } = this.transactions;
    const { tableName } = db.metadata.get(FOLDER_UID);
    const id = parseId(raw) ?? 0;
    const [row] = await db.transaction(async ({ trx }) =>
      db.getConnection(tableName).where({ id }).select('path').forShare().transacting(trx)
    );
    if (!row) {
      throw invalid(['fileInfo', 'folder'], 'the folder does not exist', raw);
    }
    return { folder: id, folderPath: row.path };
  }

  private query() {
    return this.transactions.db.query(FOLDER_UID);
  }

  /**
   * Changes the tree while it is locked.
   *
   * A tree without folders has no rows to lock. If several changes then run at the same time, the unique path id makes
   * all but one of them fail, and the failed changes are tried again.
   */
  async change<T>(work: (tree: FolderRow[]) => Promise<T>): Promise<T> {
    const { db, transaction } = this.transactions;
    const most = db.inTransaction() ? 1 : ATTEMPTS;
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await transaction(async () => work(await this.lock()));
      } catch (error) {
        if (error instanceof errors.ApplicationError || attempts === most) {
          throw error;
        }
      }
    }
  }
}

/**
 * Returns the next free path id: one more than the highest path id. The ids of deleted folders at the end can be used
 * again.
 */
export const nextPathId = (tree: readonly FolderRow[]): number =>
  Math.max(0, ...tree.map(({ pathId }) => pathId)) + 1;

const nameTaken = (name: string | undefined) =>
  invalid(['name'], 'A folder with this name already exists', name);
