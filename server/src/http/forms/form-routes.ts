import type { Core } from '@strapi/strapi';
import type { RouterLayers } from './router-layers';

/** A route of the content API or of the admin panel, as it is registered. */
export interface Route {
  method: string;
  path: string;
  handler: unknown;
  info?: { apiName?: string; pluginName?: string; type?: string };
  config?: { auth?: unknown; policies?: unknown[]; middlewares?: unknown[]; prefix?: string };
}

interface Router {
  type?: string;
  prefix?: string;
  routes?: Route[];
}

interface Request {
  method: string;
  path: string;
}

/**
 * Kind of a form: an entry with its files, or uploads. `by` selects the permission step that runs before the form
 * is read.
 */
export type FormKind =
  { of: 'entry'; uid: string } | { of: 'uploads'; by: 'content-api' | 'admin' | 'project' };

/** A route that reads its forms itself, without Strapi's parser. */
interface FormRoute {
  kind: FormKind;
  route: Route;
}

/** The route of a request that reads its form itself, and the parameters in the request's path. */
export interface Matched extends FormRoute {
  /** Parameters in the path, such as `id`. */
  params: Record<string, string>;
}

/** The actions that write an entry. */
const ACTIONS = ['create', 'update'];

/**
 * The routes of this plugin that accept files, by the type of their router. A route matches by method and path, or
 * by its handler.
 */
const UPLOADS = {
  'content-api': ['POST /', 'content-api.upload'],
  admin: [
    'POST /',
    'POST /files',
    'PUT /files/:id',
    'POST /files/:id/replace',
    'admin-upload.upload',
    'admin-upload.uploadFile',
    'admin-upload.updateFileInfo',
    'admin-upload.replaceFile',
  ],
};

/** The middleware that reads a form of uploads, for a project's own routes. */
const RECEIVE = 'plugin::upload.receive';

/** A route names a middleware by a string, or by an object with its configuration. */
const isReceive = (middleware: unknown): boolean =>
  middleware === RECEIVE || (middleware as { name?: unknown } | null)?.name === RECEIVE;

/**
 * The routes that read forms themselves, after authorisation. Strapi's body parser leaves their forms unread. These
 * are:
 * - the routes of this plugin that accept files
 * - the routes to Strapi's own `create` and `update`, where an entry may come with its files. An action that a
 *   project wrote itself does not count: its request is read by Strapi's parser.
 * - the project's routes with the middleware `plugin::upload.receive`
 */
export class FormRoutes {
  /**
   * The routes by method and pattern. If several routes have the same method and pattern, the first one counts. The
   * value is null for a route that does not read forms itself.
   */
  private readonly known = new Map<string, FormRoute | null>();

  constructor(
    private readonly strapi: Core.Strapi,
    private readonly layers: Pick<RouterLayers, 'routeOf'>
  ) {}

  /**
   * Changes how Strapi registers routes: for each route that reads forms itself, Strapi gets a copy with the policy
   * that reads the form. The original route objects stay unchanged, so a project that changes them cannot remove the
   * policy, and other code finds them as they were.
   */
  watch(): void {
    const { server } = this.strapi;
    const register = server.routes.bind(server) as (input: unknown) => unknown;
    const watching = (input: Router | Route[]) => {
      if (Array.isArray(input) || !input.type) {
        this.noteOthers(Array.isArray(input) ? input : (input.routes ?? []));
        register(input);
        return server;
      }
      const routes = (input.routes ?? []).map((route) => ({
        route,
        changed: this.withSteps(route, input),
      }));
      register({ ...input, routes: routes.map(({ changed }) => changed) });
      for (const { route, changed } of routes) {
        // Strapi sets `info` while it registers the copy of a route. The original gets the same `info`.
        if (changed.info) {
          route.info = changed.info;
        }
      }
      return server;
    };
    server.routes = watching as unknown as typeof server.routes;
  }

  /**
   * Notes routes without an API, such as those of GraphQL. If two routes have the same method and path, the first
   * one answers.
   */
  private noteOthers(routes: readonly Route[]): void {
    for (const { method, path } of routes) {
      const key = keyOf(method, path);
      if (!this.known.has(key)) {
        this.known.set(key, null);
      }
    }
  }

  /** Returns the route of a request if that route reads its form itself; null if Strapi's parser does. */
  match({ method, path }: Request): Matched | null {
    const layer = this.layers.routeOf({ method, path });
    const found = layer && this.known.get(keyOf(method, String(layer.path)));
    return found ? { ...found, params: layer.params(path, layer.captures(path)) } : null;
  }

  private withSteps(route: Route, { type, prefix = '' }: Router): Route {
    const own = route.config && 'prefix' in route.config ? '' : prefix;
    const api: string =
      type === 'content-api' ? this.strapi.config.get('api.rest.prefix', '/api') : '';
    const key = keyOf(route.method, `${api}${own}${route.path}`);
    const kind = this.kindOf(route, type);
    const changed = kind ? withReader(route, kind) : { ...route };
    if (!this.known.has(key)) {
      this.known.set(key, kind && { kind, route: changed });
    }
    return changed;
  }

  private kindOf(route: Route, type: string | undefined): FormKind | null {
    const { handler, info, config } = route;
    const method = route.method.trim().toUpperCase();
    if (info?.pluginName === 'upload' && (type === 'content-api' || type === 'admin')) {
      const place = `${method} ${route.path.trim() || '/'}`;
      const isMeant = (name: unknown) =>
        typeof name === 'string' && UPLOADS[type].includes(name.trim());
      return isMeant(place) || isMeant(handler) ? { of: 'uploads', by: type } : null;
    }
    if (type !== 'content-api') {
      return null;
    }
    const uid = this.coreTypeOf(route);
    if (uid !== null) {
      return { of: 'entry', uid };
    }
    return config?.middlewares?.some(isReceive) ? { of: 'uploads', by: 'project' } : null;
  }

  /**
   * If the handler of a route is one of Strapi's core actions, returns the uid of its content type. Returns null for
   * any other handler.
   */
  private coreTypeOf({ handler, info }: Route): string | null {
    if (typeof handler !== 'string') {
      return null;
    }
    const dot = handler.trim().lastIndexOf('.');
    const [name, action] = [handler.trim().slice(0, dot), handler.trim().slice(dot + 1)];
    const namespace = info?.apiName ? `api::${info.apiName}.` : `plugin::${info?.pluginName}.`;
    const uids = [`${namespace}${name}`, name];
    const uid = uids.find((one) => Object.hasOwn(this.strapi.contentTypes, one));
    if (!uid || !ACTIONS.includes(action)) {
      return null;
    }
    return isCoreAction(this.strapi.controller(uid as never), action) ? uid : null;
  }
}

/**
 * Returns a copy of a route with the policy that reads its form, before all other policies. The copy of a project's own
 * route gets no policy, since the project's middleware reads the form.
 */
function withReader(route: Route, kind: FormKind): Route {
  if (kind.of === 'uploads' && kind.by === 'project') {
    return { ...route };
  }
  const { policies = [], middlewares = [] } = route.config ?? {};
  const read = { name: 'plugin::upload.receive-form', config: kind };
  return {
    ...route,
    config: {
      ...route.config,
      policies: [read, ...policies],
      middlewares:
        kind.of === 'entry'
          ? [{ name: 'plugin::upload.store-entry-files', config: kind }, ...middlewares]
          : middlewares,
    },
  };
}

/**
 * Whether a controller uses Strapi's own action, not one that the project has written. Strapi's factory sets an object
 * with the core actions as the prototype of the project's controller.
 */
function isCoreAction(controller: unknown, action: string): boolean {
  const actions = controller as Record<string, unknown>;
  const core = Object.getPrototypeOf(actions ?? {}) as Record<string, unknown> | null;
  return (
    core !== null &&
    Object.hasOwn(core, action) &&
    actions[action] === core[action] &&
    ['validateInput', 'sanitizeInput', 'transformResponse'].every(
      (helper) => typeof core[helper] === 'function'
    )
  );
}

const keyOf = (method: string, pattern: string): string =>
  `${method.trim().toUpperCase()} ${pattern.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')}`;
