import type { Server } from './server';

/** Headers by which the server recognises the sender of a request. */
export type Headers = Record<string, string>;

/** A user or an API token that sends requests. */
export interface Caller {
  id: number;
  /** Value of the header Authorization. */
  authorization: string;
  headers: Headers;
}

const signing = (id: number, key: string): Caller => {
  const authorization = `Bearer ${key}`;
  return { id, authorization, headers: { Authorization: authorization } };
};

/** Makes a user with the role `authenticated`, and gives these permissions to the role. */
export const member = async (
  server: Server,
  name: string,
  actions: string[] = []
): Promise<Caller> => {
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
  return signing(id, jwt);
};

/** Makes an API token with these permissions. */
export const apiToken = async (
  server: Server,
  name: string,
  permissions: string[]
): Promise<Caller> => {
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
  return signing(id, key);
};
