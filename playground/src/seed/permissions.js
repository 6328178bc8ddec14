'use strict';

/**
 * Gives callers without a token permission for these actions of the REST API.
 *
 * @param {string[]} actions - uids such as `api::restaurant.restaurant.find`
 */
async function grantToPublic(strapi, actions) {
  const role = await strapi.db.query('plugin::users-permissions.role').findOne({
    where: { type: 'public' },
    populate: ['permissions'],
  });
  const granted = new Set(role.permissions.map((permission) => permission.action));

  for (const action of actions) {
    if (!granted.has(action)) {
      await strapi.db
        .query('plugin::users-permissions.permission')
        .create({ data: { action, role: role.id } });
    }
  }
}

module.exports = { grantToPublic };
