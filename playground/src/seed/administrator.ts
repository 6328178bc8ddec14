import type { Core } from '@strapi/strapi';

/** E-mail and password of an administrator. */
export interface Login {
  email: string;
  password: string;
}

/**
 * The login of the playground. This file makes it public, so a server gets it only if no other machine can reach the
 * server.
 */
const LOGIN: Login = { email: 'editor@example.org', password: 'Playground-1' };

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/** Creates the first administrator of the project. Does nothing if other machines can reach the server. */
export async function createAdministrator(strapi: Core.Strapi): Promise<void> {
  const users = strapi.service('admin::user');
  const host = strapi.config.get<string>('server.host');
  if (!LOOPBACK.includes(host) || (await users.exists())) {
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

/** Returns the login of the playground; null if no administrator has its e-mail address. */
export async function loginOf(strapi: Core.Strapi): Promise<Login | null> {
  const isThere = await strapi.service('admin::user').exists({ email: LOGIN.email });
  return isThere ? LOGIN : null;
}
