import { AsyncLocalStorage } from 'node:async_hooks';

/** Id of the file row that is being deleted. */
const deleting = new AsyncLocalStorage<number>();

/** Deletes a file row whose objects the same transaction takes care of. */
export const asOwnDeletion = <T>(id: number, work: () => Promise<T>): Promise<T> =>
  deleting.run(id, work);

/** Whether a deletion is one of {@link asOwnDeletion}, and no query past the plugin, such as one of a lifecycle hook of that. */
export const isOwnDeletion = (where: { id?: unknown } | undefined): boolean =>
  where?.id !== undefined && deleting.getStore() === where.id;
