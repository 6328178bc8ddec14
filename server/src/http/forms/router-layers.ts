import type { Core } from '@strapi/strapi';

interface Request {
  method: string;
  path: string;
}

/** A layer of Koa's router: one for each route, and some without methods. */
export interface Layer {
  path: string | RegExp;
  methods: string[];
  stack: unknown[];
  captures(path: string): string[];
  params(path: string, captures: string[]): Record<string, string>;
}

/** The part of Koa's router (12) that is used here. */
interface Router {
  stack: unknown[];
  match(path: string, method: string): { pathAndMethod: Layer[] };
}

/** Maximum number of requests whose layers are cached, and of characters of a cache key. */
const REMEMBERED = 200;
const LONGEST_KEY = 200;

/** The routes in Strapi's routers, and functions that other code has added in front of them. */
export class RouterLayers {
  /** Functions that a project or a plugin has added to a router directly. */
  private readonly added = new Set<unknown>();
  /** A cache of the layers for requests. It is cleared when the number of layers changes. */
  private found = { of: 0, layers: new Map<string, Layer[]>() };

  constructor(private readonly strapi: Core.Strapi) {}

  /** Notes functions that are added from now on. Strapi has already added its own functions. */
  watch(): void {
    const { server } = this.strapi;
    for (const router of [server.router, server.api('content-api'), server.api('admin')]) {
      this.watchUse(router);
    }
  }

  /** Returns the layer of the route that answers a request; undefined if there is none. */
  routeOf(request: Request): Layer | undefined {
    return this.layersOf(request).find(isRoute);
  }

  /** Whether a function that was added to a router runs before the route of a request. */
  hasCodeInFront(request: Request): boolean {
    if (this.added.size === 0) {
      return false;
    }
    const layers = this.layersOf(request);
    const before = layers.slice(0, layers.findIndex(isRoute));
    return before.some(({ stack }) => stack.some((work) => this.added.has(work)));
  }

  /**
   * Whether a function that was added to a router runs for a request at all. For a GET the first route may not be the
   * one that answers: Strapi's route for files of the public folder comes before all others, and passes the request on
   * if there is no file.
   */
  hasCode(request: Request): boolean {
    return (
      this.added.size > 0 &&
      this.layersOf(request).some(({ stack }) => stack.some((work) => this.added.has(work)))
    );
  }

  /**
   * Notes the functions that are added to one router with `use`. Strapi later mounts its own routers with `use`. They
   * are functions with the property `router` and do not count.
   */
  private watchUse(router: object): void {
    const target = router as { use(...args: unknown[]): unknown };
    const use = target.use.bind(target);
    target.use = (...args) => {
      const work = args.filter((one) => typeof one === 'function');
      if (!work.some((one) => 'router' in one)) {
        work.forEach((one) => this.added.add(one));
      }
      return use(...args);
    };
  }

  /**
   * Finds the layers of a request. The result is cached, since the router tries its hundreds of patterns one after the
   * other.
   */
  private layersOf({ method, path }: Request): Layer[] {
    const router = this.strapi.server.router as unknown as Router;
    if (this.found.of !== router.stack.length || this.found.layers.size >= REMEMBERED) {
      this.found = { of: router.stack.length, layers: new Map() };
    }
    const key = `${method} ${path}`;
    const layers = this.found.layers.get(key) ?? router.match(path, method).pathAndMethod;
    if (key.length <= LONGEST_KEY) {
      this.found.layers.set(key, layers);
    }
    return layers;
  }
}

const isRoute = ({ methods }: Layer): boolean => methods.length > 0;
