import { errors } from '../util/strapi-utils';
import { lockRows } from '../database/lock-rows';
import type { Database } from '../database/transactions';
import { joinTableOf } from './join-table';
import type { LinkedEntry } from './linked-entry';
import type { LinkTarget } from './target';

/**
 * Links files to a media attribute, after the files that are already there. In an attribute for a single file, the
 * new file replaces the old one, which stays in the library.
 *
 * Must be called inside a transaction. Strapi's API would give every link of an upload the order 1. So the rows are
 * written here while the entry is locked, and uploads at the same time wait for each other.
 *
 * @throws errors.NotFoundError when the entry was deleted meanwhile
 */
export async function attach(
  files: Array<{ id: number }>,
  target: LinkTarget,
  db: Database
): Promise<void> {
  const { name: table, joinColumn, morphColumn } = joinTableOf(db);
  const { idColumn, typeColumn } = morphColumn;

  await db.transaction(async ({ trx }) => {
    await lock(target, db);
    for (const { uid, id, field } of target.slots) {
      const slot = { [idColumn.name]: id, [typeColumn.name]: uid, field };
      const rows = () => db.getConnection(table).where(slot).transacting(trx);
      if (!target.multiple) {
        await rows().delete();
      }
      // This is a locking read: on MariaDB a plain read would return the data from before the lock.
      const [last] = await rows().select('order').orderBy('order', 'desc').limit(1).forUpdate();
      const start = Number(last?.order ?? 0);
      const added = files.map((file, index) => ({
        ...slot,
        [joinColumn.name]: file.id,
        order: start + index + 1,
      }));
      await db.getConnection(table).insert(added).transacting(trx);
    }
  });
}

/**
 * Locks all rows of the entry, then the rows of the components in it. The order is always the same, so that two
 * uploads cannot wait for each other's rows.
 */
async function lock({ entry, slots, name }: LinkTarget, db: Database) {
  // Without row ids the link was not validated, and its table may not exist. So there is nothing to lock.
  if (entry.ids.length === 0) {
    return;
  }
  await lockAll(entry, name, db);
  const inside = slots.filter(({ uid }) => uid !== entry.uid);
  if (inside[0]) {
    const ids = inside.map(({ id }) => id);
    await lockAll({ uid: inside[0].uid, ids }, name, db);
  }
}

/**
 * Locks rows of a model.
 *
 * @param name of the link's target, for the message
 * @throws errors.NotFoundError when one of the rows no longer exists
 */
async function lockAll(
  { uid, ids }: Pick<LinkedEntry, 'uid' | 'ids'>,
  name: string,
  db: Database
): Promise<void> {
  if ((await lockRows(uid, ids, db)) !== new Set(ids).size) {
    throw new errors.NotFoundError(
      `refId: the entry of ${name} was changed or deleted during this request.`
    );
  }
}
