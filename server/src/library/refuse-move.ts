import { invalid } from '../errors';
import { isWithin, type FolderRow } from './folder-tree';

/** The destination of a move, and the folders that are already in it. */
export interface Destination {
  path: string;
  children: readonly FolderRow[];
}

/**
 * Refuses to move folders if that would break the tree.
 *
 * @param value the value in the request, for the error
 * @throws errors.ValidationError if a folder would be moved into itself, or a name exists in the destination
 *   already
 */
export function refuseMove(
  folders: readonly FolderRow[],
  { path: target, children }: Destination,
  value: unknown
): void {
  const listed = (rows: readonly FolderRow[]) => rows.map(({ name }) => name).join(', ');
  const inside = folders.filter(({ path }) => isWithin(target, path));
  if (inside.length > 0) {
    const what = 'folders cannot be moved inside themselves or one of its children';
    throw invalid([], `${what}: ${listed(inside)}`, value);
  }
  const taken = folders.filter(
    ({ name }, index) =>
      children.some((other) => other.name === name) ||
      folders.slice(0, index).some((other) => other.name === name)
  );
  if (taken.length > 0) {
    throw invalid([], `some folders already exists: ${listed(taken)}`, value);
  }
}
