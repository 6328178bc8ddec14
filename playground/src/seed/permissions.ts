import type { Core } from '@strapi/strapi';

/**
 * Gives callers without a token permission for these actions of the REST API.
 *
 * @param actions uids such as `api::restaurant.restaurant.find`
 */
export async function grantToPublic(strapi: Core.Strapi, actions: string[]): Promise<void> {
  const role = await strapi.db.query('plugin::users-permissions.role').findOne({
    where: { type: 'public' },
    populate: ['permissions'],
  });
  const granted = new Set(
    role.permissions.map((permission: { action: string }) => permission.action)
  );

  for (const action of actions) {
    if (!granted.has(action)) {
      await strapi.db
        .query('plugin::users-permissions.permission')
        .create({ data: { action, role: role.id } });
    }
  }
}
