/** A row of `upload_folders`. `path` contains the `pathId`s from the root to the folder (`/1/4`). */
export interface FolderRow {
  id: number;
  name: string;
  pathId: number;
  path: string;
  [attribute: string]: unknown;
}

/** A folder with its subfolders, for the tree in the Media Library. */
export interface FolderNode {
  id: number;
  name: string;
  children: FolderNode[];
}

/** Path of files and folders that are in no folder. */
export const ROOT_PATH = '/';

/** The path of a folder with this `pathId` in the folder `parent`. */
export const childPath = (parent: string, pathId: number): string =>
  `${parent === ROOT_PATH ? '' : parent}/${pathId}`;

/** The path of the parent folder. */
export const parentPath = (path: string): string =>
  path.slice(0, path.lastIndexOf('/')) || ROOT_PATH;

/** Whether a path is `top` or below `top`; `/10` is not below `/1`. */
export const isWithin = (path: string, top: string): boolean =>
  path === top || path.startsWith(`${top}/`);

/** The folders directly in a folder. */
export const childrenOf = <T extends { path: string }>(tree: readonly T[], parent: string): T[] =>
  tree.filter(({ path }) => parentPath(path) === parent);

/** Returns these folders and everything below them. */
export const subtreesOf = <T extends { path: string }>(
  tree: readonly T[],
  tops: readonly { path: string }[]
): T[] => tree.filter(({ path }) => tops.some((top) => isWithin(path, top.path)));

/** Builds the whole tree from a flat list, in the order of the list. */
export function buildTree(
  rows: ReadonlyArray<Pick<FolderRow, 'id' | 'name' | 'path'>>
): FolderNode[] {
  const nodes = new Map(
    rows.map(({ id, name, path }): [string, FolderNode] => [path, { id, name, children: [] }])
  );
  const top: FolderNode[] = [];
  for (const [path, node] of nodes) {
    (nodes.get(parentPath(path))?.children ?? top).push(node);
  }
  return top;
}
