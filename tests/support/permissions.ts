import type { Server } from './server';

/** The actions of the content API, as users-permissions names them. */
export const UPLOAD_ACTIONS = ['upload', 'find', 'findOne', 'findPage', 'destroy'].map(
  (action) => `plugin::upload.content-api.${action}`
);

/** What linking uploaded files to the playground's entries needs beside them. */
export const LINKING_ACTIONS = [
  'api::restaurant.restaurant.update',
  'plugin::users-permissions.user.update',
];

/** Lets callers without a token do these things; nothing else. */
export const allowPublic = (server: Server, actions: string[]): Promise<void> =>
  allowRole(server, 'public', actions);

/** Lets callers of a role do these things; nothing else. */
export async function allowRole(server: Server, type: string, actions: string[]): Promise<void> {
  await server.inside(
    async (strapi, type, wanted) => {
      const permissions = strapi.db.query('plugin::users-permissions.permission');
      const role = await strapi.db
        .query('plugin::users-permissions.role')
        .findOne({ where: { type } });
      await permissions.deleteMany({ where: { role: role.id } });
      for (const action of wanted) {
        await permissions.create({ data: { action, role: role.id } });
      }
    },
    type,
    actions
  );
}
