import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { chunks } from '../../database/chunks';
import type { Use } from '../../usage/use';
import type { Visible } from '../usage';

/** The permissions of an admin user for the entries of one content type (content manager, Strapi 5.54). */
interface PermissionChecker {
  can: { read(entity?: object | null, field?: string): boolean };
  /** Whether the permission depends on the entry: on conditions such as "is creator", or on its language. */
  requiresEntity: { read(): boolean };
}

type Entry = { id: number } & Record<string, unknown>;

/**
 * Returns the uses that an admin user may see: those in entries and attributes that the content manager would show.
 */
export const visibleToAdmin =
  (strapi: Core.Strapi, ctx: Context): Visible =>
  async (uid, uses) => {
    const { can, requiresEntity }: PermissionChecker = strapi
      .plugin('content-manager')
      .service('permission-checker')
      .create({ userAbility: ctx.state.userAbility, model: uid });
    if (!can.read()) {
      return [];
    }
    const entries = requiresEntity.read() ? await entriesOf(strapi, uid, uses) : null;
    return uses.filter(({ id, field }) => {
      const entry = entries?.get(id);
      return (
        (entries === null || entry !== undefined) &&
        namesOf(field).some((name) => can.read(entry, name))
      );
    });
  };

/** Reads the entries with their creators and the creators' roles. Conditions of permissions use both. */
async function entriesOf(
  strapi: Core.Strapi,
  uid: string,
  uses: readonly Use[]
): Promise<Map<number, Entry>> {
  const entries = new Map<number, Entry>();
  for (const ids of chunks([...new Set(uses.map(({ id }) => id))])) {
    const found: Entry[] = await strapi.db.query(uid).findMany({
      where: { id: { $in: ids } },
      populate: { createdBy: { populate: ['roles'] } },
    });
    found.forEach((entry) => entries.set(entry.id, entry));
  }
  return entries;
}

/**
 * Returns the names of a field in permissions. Permissions use the names of attributes in components (`seo.image`) and
 * of whole dynamic zones (`blocks`).
 */
function namesOf(field: string): string[] {
  const words = field.split('.').filter((word) => !/^\d+$/.test(word));
  const [attribute = ''] = words;
  return [words.join('.'), attribute];
}
