import { createContentApiRoutesFactory } from '../util/strapi-utils';
import admin from './admin';
import contentApiRoutes from './content-api';

/** The part of a route that is used here. */
interface Route {
  method: string;
  path: string;
}

/**
 * A router of a plugin: an object, or a function that returns it and has the list of routes as a property (Strapi
 * 5.54).
 */
type RouterInput = { routes?: Route[] } | ((() => { routes: Route[] }) & { routes?: Route[] });

/** Returns method and path without the names of parameters. Two routes with the same result are the same route. */
const placeOf = ({ method, path }: Route): string =>
  `${method.trim().toUpperCase()} ${path
    .trim()
    .replace(/:\w+/g, ':')
    .replace(/(.)\/$/, '$1')}`;

/**
 * Returns this plugin's routes, followed by the routes of the built-in plugin that this plugin does not declare. So
 * routes of later versions of Strapi work, with the built-in plugin's own code. Projects see one list.
 *
 * @param builtin the built-in plugin's routers, by their names
 * @param tell is called with the names of the added routes
 */
export function withBuiltinRoutes(
  builtin: Record<string, unknown>,
  tell: (routes: string[]) => void
): Record<string, unknown> {
  const join = <T extends Route>(name: string, ours: readonly T[]): T[] => {
    const known = new Set(ours.map(placeOf));
    const theirs = routesOf(builtin[name] as RouterInput | undefined) as T[];
    const added = theirs.filter((route) => !known.has(placeOf(route)));
    if (added.length > 0) {
      tell(added.map(({ method, path }) => `${method} ${path} (${name})`));
    }
    return [...ours, ...added];
  };
  return {
    ...builtin,
    admin: { ...admin, routes: join('admin', admin.routes) },
    'content-api': createContentApiRoutesFactory(() => join('content-api', contentApiRoutes())),
  };
}

const routesOf = (input: RouterInput | undefined): Route[] =>
  input?.routes ?? (typeof input === 'function' ? input().routes : []);
