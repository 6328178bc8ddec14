import type { Server } from '../../support/server';
import { AREAS } from '../cases';
import type { Request } from './case';

/** Routes that the built-in plugin does not have. */
export const OWN_ROUTES = [
  // This route shows the admin panel that the server uses this plugin.
  'GET /upload/strapi-upload',
  // This route lists the entries that use a file.
  'GET /upload/files/:id/usage',
  // These routes make the sizes of stored images again.
  'GET /upload/regenerate',
  'POST /upload/regenerate',
  'DELETE /upload/regenerate',
];

/** All routes of the upload plugin, such as `GET /api/upload/files/:id`; sorted. */
export async function routesOf(server: Server): Promise<string[]> {
  const routes = await server.inside((strapi) => {
    const routers = strapi.plugin('upload').routes as Record<
      string,
      { type: string; routes: Array<{ method: string; path: string }> }
    >;
    return Object.values(routers).flatMap(({ type, routes }) =>
      routes.map(({ method, path }) => {
        const prefix = type === 'content-api' ? '/api/upload' : '/upload';
        return `${method} ${prefix}${path}`.replace(/\/$/, '');
      })
    );
  });
  return routes.sort();
}

/** Whether a case sends a request to a route. Requests that are made from an earlier answer do not count. */
export function isAsked(route: string): boolean {
  const pattern = new RegExp(`^${route.replace(/:\w+/g, '\\w+')}(\\?|$)`);
  return requests().some(({ method, path }) => pattern.test(`${method} ${path}`));
}

/** The requests of all cases, without requests that are made from an earlier answer. */
const requests = (): Request[] =>
  Object.values(AREAS)
    .flat()
    .flatMap(({ steps }) => steps.filter((step): step is Request => typeof step !== 'function'));
