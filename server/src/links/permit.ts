import { NotPermitted } from '../errors';
import type { LinkTarget } from './target';

/** Who wants to link, as far as linking asks. */
export interface LinkCaller {
  /** Whether the caller may update entries of a content type. */
  mayUpdate(uid: string): Promise<boolean>;
  /** The website user who is signed in. */
  user: { id: number } | null;
}

const USER = 'plugin::users-permissions.user';

/**
 * Linking changes an entry: it needs what changing it any other way needs. A signed-in user may
 * always link to the own user row (an avatar).
 *
 * @throws NotPermitted naming the permission that is missing
 */
export async function permitLink({ entry, name }: LinkTarget, caller: LinkCaller): Promise<void> {
  const isOwn = (id: number) => id === caller.user?.id;
  if (entry.uid === USER && entry.ids.length > 0 && entry.ids.every(isOwn)) {
    return;
  }
  if (!(await caller.mayUpdate(entry.uid))) {
    throw new NotPermitted(
      `Linking files to ${name} changes the entry: it needs the permission "${entry.uid}.update" ` +
        'too (or links.authorize: false in the upload configuration).'
    );
  }
}
