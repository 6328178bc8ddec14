'use strict';

/** The login of the playground. Everybody can read it here, so it is made for this machine only. */
const LOGIN = { email: 'editor@example.org', password: 'Playground-1' };

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/** Creates the first administrator of a server that only this machine reaches. */
async function createAdministrator(strapi) {
  const users = strapi.service('admin::user');
  if (!LOOPBACK.includes(strapi.config.get('server.host')) || (await users.exists())) {
    return;
  }
  const role = await strapi.service('admin::role').getSuperAdmin();
  await users.create({
    ...LOGIN,
    firstname: 'Editor',
    isActive: true,
    registrationToken: null,
    roles: [role.id],
  });
}

/** The login; null where somebody has made another first administrator. */
async function loginOf(strapi) {
  const isThere = await strapi.service('admin::user').exists({ email: LOGIN.email });
  return isThere ? LOGIN : null;
}

module.exports = { createAdministrator, loginOf };
