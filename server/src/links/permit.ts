import { NotPermitted } from '../errors';
import type { LinkTarget } from './target';

/** The caller who wants to link files. */
export interface LinkCaller {
  /** Whether the caller may update entries of a content type. */
  mayUpdate(uid: string): Promise<boolean>;
  /** The signed-in website user; null for other callers. */
  user: { id: number } | null;
}

const USER = 'plugin::users-permissions.user';

/**
 * Checks the permission to link. Linking changes an entry, so it needs the permission to update the entry. A
 * signed-in user may always link to their own user row (an avatar).
 *
 * @throws NotPermitted, which names the missing permission
 */
export async function permitLink({ entry, name }: LinkTarget, caller: LinkCaller): Promise<void> {
  const isOwn = (id: number) => id === caller.user?.id;
  if (entry.uid === USER && entry.ids.length > 0 && entry.ids.every(isOwn)) {
    return;
  }
  if (!(await caller.mayUpdate(entry.uid))) {
    throw new NotPermitted(
      `Linking files to ${name} changes the entry, which needs the permission "${entry.uid}.update" too ` +
        '(unless links.authorize is false in the upload configuration).'
    );
  }
}
