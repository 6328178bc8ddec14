import type { Server } from './server';

/** The actions of the content API, as users-permissions names them. */
export const UPLOAD_ACTIONS = ['upload', 'find', 'findOne', 'findPage', 'destroy'].map(
  (action) => `plugin::upload.content-api.${action}`
);

/** Permissions that a caller also needs to link uploaded files to the playground's entries. */
export const LINKING_ACTIONS = [
  'api::restaurant.restaurant.update',
  'plugin::users-permissions.user.update',
];

/** Gives callers without a token exactly these permissions. */
export const allowPublic = (server: Server, actions: string[]): Promise<void> =>
  allowRole(server, 'public', actions);

/** Gives a role exactly these permissions. */
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
