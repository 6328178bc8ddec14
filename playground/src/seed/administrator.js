'use strict';

/** The login of the playground. It is public in this file, so only a server that no other machine can reach gets it. */
const LOGIN = { email: 'editor@example.org', password: 'Playground-1' };

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/** Creates the first administrator, if only this machine can reach the server. */
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

/** The login; null if the first administrator is another one. */
async function loginOf(strapi) {
  const isThere = await strapi.service('admin::user').exists({ email: LOGIN.email });
  return isThere ? LOGIN : null;
}

module.exports = { createAdministrator, loginOf };
