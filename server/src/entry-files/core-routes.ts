import type { Core } from '@strapi/strapi';

/** Of a route of the content API. */
interface Route {
  method: string;
  path: string;
  handler: unknown;
  info?: { apiName?: string; pluginName?: string };
  config?: { policies?: unknown[]; middlewares?: unknown[]; prefix?: string };
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

/** A layer of Koa's router: one for each route, and some without methods. */
interface Layer {
  path: string | RegExp;
  methods: string[];
}

/** The actions that write an entry. */
const ACTIONS = ['create', 'update'];

/** The middleware that reads a form of uploads. */
const RECEIVE = 'plugin::upload.receive';

/** A middleware of a route is named by a text, or by an object with its configuration. */
const isReceive = (middleware: unknown): boolean =>
  middleware === RECEIVE || (middleware as { name?: unknown } | null)?.name === RECEIVE;

/** Whose step reads the form of a route: that of an entry with its files, or that of uploads; null: Strapi's parser. */
export type Reader = 'entry' | 'uploads' | null;

/**
 * The routes of the content API that read forms themselves, once they are allowed.
 *
 * Those that lead to Strapi's own `create` and `update`: there, and only there, an entry may come with its files. An
 * action that a project wrote itself is left alone, with the request as Strapi's parser reads it. And those of the
 * project that have the middleware `plugin::upload.receive`.
 */
export class CoreRoutes {
  /** Of the first route of a method and pattern. */
  private readonly known = new Map<string, Reader>();

  constructor(private readonly strapi: Core.Strapi) {}

  /**
   * Watches routes while Strapi registers them, and puts the steps of entry files into those that
   * are meant. The project's own route objects stay as they are: others read them.
   */
  watch(): void {
    const { server } = this.strapi;
    const register = server.routes.bind(server) as (input: unknown) => unknown;
    const watching = (input: Router | Route[]) => {
      if (Array.isArray(input) || input.type !== 'content-api') {
        register(input);
        return server;
      }
      const routes = input.routes ?? [];
      const changed = routes.map((route) => this.withSteps(route, input.prefix ?? ''));
      register({ ...input, routes: changed });
      // What Strapi notes on a route while registering it.
      changed.forEach(({ info }, at) => info && Object.assign(routes[at]!, { info }));
      return server;
    };
    server.routes = watching as unknown as typeof server.routes;
  }

  /** Who reads the form of a request. */
  readerOf({ method, path }: Request): Reader {
    const { router } = this.strapi.server as unknown as {
      router: { match(path: string, method: string): { pathAndMethod: Layer[] } };
    };
    const first = router.match(path, method).pathAndMethod.find((layer) => layer.methods.length);
    return (first && this.known.get(keyOf(method, String(first.path)))) ?? null;
  }

  private withSteps(route: Route, routerPrefix: string): Route {
    const uid = this.coreTypeOf(route);
    const own = route.config && 'prefix' in route.config ? '' : routerPrefix;
    const api: string = this.strapi.config.get('api.rest.prefix', '/api');
    const key = keyOf(route.method, `${api}${own}${route.path}`);
    const { policies = [], middlewares = [] } = route.config ?? {};
    if (!this.known.has(key)) {
      const reader = middlewares.some(isReceive) ? 'uploads' : null;
      this.known.set(key, uid === null ? reader : 'entry');
    }
    if (uid === null) {
      return { ...route };
    }
    const receive = { name: 'plugin::upload.receive-entry', config: { uid } };
    return {
      ...route,
      config: {
        ...route.config,
        policies: [receive, ...policies],
        middlewares: ['plugin::upload.store-entry-files', ...middlewares],
      },
    };
  }

  /** Uid of the content type whose own action a route leads to; null for any other handler. */
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

/** Strapi's factory puts its own actions on an object and that one behind the project's. */
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
  `${method.toUpperCase()} ${pattern.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')}`;
