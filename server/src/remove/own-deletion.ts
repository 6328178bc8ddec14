import { AsyncLocalStorage } from 'node:async_hooks';

/** Holds the id of the row of `files` that is being deleted. */
const deleting = new AsyncLocalStorage<number>();

/** Deletes a row of `files`. The same transaction marks its objects for removal. */
export const asOwnDeletion = <T>(id: number, work: () => Promise<T>): Promise<T> =>
  deleting.run(id, work);

/**
 * Whether a deletion is made by {@link asOwnDeletion}. A query of a lifecycle hook inside it, for another file,
 * does not count.
 */
export const isOwnDeletion = (where: { id?: unknown } | undefined): boolean =>
  where?.id !== undefined && deleting.getStore() === where.id;
