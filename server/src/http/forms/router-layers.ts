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

/** What is asked of Koa's router (12). */
interface Router {
  stack: unknown[];
  match(path: string, method: string): { pathAndMethod: Layer[] };
}

/** Requests whose layers are remembered, and the longest of them, in letters. */
const REMEMBERED = 200;
const LONGEST_KEY = 200;

/** What Strapi's routers have for requests: their routes, and functions of others in front of these. */
export class RouterLayers {
  /** Functions that a project or a plugin has added to a router itself. */
  private readonly added = new Set<unknown>();
  /** What the router found for requests, as long as it has as many layers. */
  private found = { of: 0, layers: new Map<string, Layer[]>() };

  constructor(private readonly strapi: Core.Strapi) {}

  /** Notes functions that are added from here on: Strapi has added its own by now. */
  watch(): void {
    const { server } = this.strapi;
    for (const router of [server.router, server.api('content-api'), server.api('admin')]) {
      this.watchUse(router);
    }
  }

  /** The layer of the route that answers a request; undefined where there is none. */
  routeOf(request: Request): Layer | undefined {
    return this.layersOf(request).find(isRoute);
  }

  /** Whether a function that was added to a router comes before the route of a request. */
  hasCodeInFront(request: Request): boolean {
    if (this.added.size === 0) {
      return false;
    }
    const layers = this.layersOf(request);
    const before = layers.slice(0, layers.findIndex(isRoute));
    return before.some(({ stack }) => stack.some((work) => this.added.has(work)));
  }

  /**
   * Whether such a function sees a request at all. For a GET the first route need not be the one that answers: Strapi's for
   * files of the public folder comes before all others, and goes on where there is no file.
   */
  hasCode(request: Request): boolean {
    return (
      this.added.size > 0 &&
      this.layersOf(request).some(({ stack }) => stack.some((work) => this.added.has(work)))
    );
  }

  /** Strapi mounts routers later on, which are functions with a router. */
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

  /** The router tries its hundreds of patterns one after the other, so what it found is remembered for a while. */
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
