import { AsyncLocalStorage } from 'node:async_hooks';

const deleting = new AsyncLocalStorage<true>();

/** Deletes file rows whose objects the same transaction takes care of. */
export const asOwnDeletion = <T>(work: () => Promise<T>): Promise<T> => deleting.run(true, work);

/** Whether the deletion of a row is one of {@link asOwnDeletion}, and not a query past the plugin. */
export const isOwnDeletion = (): boolean => deleting.getStore() === true;
