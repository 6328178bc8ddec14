import type { Server } from './server';

/** Somebody who signs requests. */
export interface Caller {
  id: number;
  /** Value of the header Authorization. */
  authorization: string;
}

/** Makes a user of the website with the role `authenticated`. */
export const member = (server: Server, name: string): Promise<Caller> =>
  server.inside(async (strapi, name) => {
    const { jwt, user: users } = strapi.plugin('users-permissions').services as Record<
      string,
      { add(user: object): Promise<{ id: number }>; issue(payload: object): string }
    >;
    const role = await strapi.db
      .query('plugin::users-permissions.role')
      .findOne({ where: { type: 'authenticated' } });
    const { id } = await users!.add({
      username: name,
      email: `${name}@example.org`,
      password: 'Secret-1',
      provider: 'local',
      confirmed: true,
      role: role.id,
    });
    return { id, authorization: `Bearer ${jwt!.issue({ id })}` };
  }, name);

/** Makes an API token that may do these things. */
export const apiToken = (server: Server, name: string, permissions: string[]): Promise<Caller> =>
  server.inside(
    async (strapi, name, permissions) => {
      const { id, accessKey } = await strapi.service('admin::api-token').create({
        name,
        description: '',
        type: 'custom',
        lifespan: null,
        permissions,
      });
      return { id: id as number, authorization: `Bearer ${accessKey}` };
    },
    name,
    permissions
  );
