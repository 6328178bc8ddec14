import type { Server } from './server';

/** Who sends a request: what its header says. */
export type Headers = Record<string, string>;

/** A new user of users-permissions with the role `authenticated`, who is given these permissions. */
export const newUser = async (
  server: Server,
  name: string,
  actions: string[]
): Promise<{ id: number; headers: Headers }> => {
  const { id, jwt } = await server.inside(
    async (strapi, name, actions) => {
      const role = await strapi.db
        .query('plugin::users-permissions.role')
        .findOne({ where: { type: 'authenticated' } });
      const permissions = strapi.db.query('plugin::users-permissions.permission');
      for (const action of actions) {
        const permission = { action, role: role.id };
        if (!(await permissions.findOne({ where: permission }))) {
          await permissions.create({ data: permission });
        }
      }
      const users = strapi.plugin('users-permissions').service('user');
      const user = await users.add({
        username: name,
        email: `${name}@example.org`,
        provider: 'local',
        password: 'User-pass-1',
        confirmed: true,
        role: role.id,
      });
      const jwt = await strapi.plugin('users-permissions').service('jwt').issue({ id: user.id });
      return { id: Number(user.id), jwt: String(jwt) };
    },
    name,
    actions
  );
  return { id, headers: { Authorization: `Bearer ${jwt}` } };
};

/** A new API token with these permissions. */
export const newToken = async (
  server: Server,
  name: string,
  permissions: string[]
): Promise<{ id: number; headers: Headers }> => {
  const { id, key } = await server.inside(
    async (strapi, name, permissions) => {
      const token = await strapi.service('admin::api-token').create({
        name,
        description: '',
        type: 'custom',
        lifespan: null,
        permissions,
      });
      return { id: Number(token.id), key: String(token.accessKey) };
    },
    name,
    permissions
  );
  return { id, headers: { Authorization: `Bearer ${key}` } };
};
