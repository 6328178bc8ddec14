import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { AFTER_ALL, isOfStrapi, type Entry } from '../forms/code-in-front';
import type { Route } from '../forms/form-routes';
import type { RouterLayers } from '../forms/router-layers';
import { isOwn } from '../../util/own';
import { part } from '../../util/part';

/** Action of the content API that answers a list, and the function of the service `upload` that finds the entries. */
export type ListAction = 'find' | 'findPage';

const SERVED_BY = { find: 'findMany', findPage: 'findAndCountPage' } as const;

/** Tells which answers a project's code may look at. */
export const codeAround = part<CodeAround>('code-around');

/** The actions of a controller, which a project can replace or wrap. */
type Actions = Record<string, object>;

/**
 * Whether code of a project, or of another plugin, may look at the answer of one of this plugin's lists. Such code
 * expects an array in `ctx.body`. If there is no such code, the answer can be sent while it is read.
 */
export class CodeAround {
  /** Strapi's own handlers in Koa's list. */
  private readonly ofStrapi = new Set<unknown>();

  constructor(
    private readonly strapi: Core.Strapi,
    private readonly layers: Pick<RouterLayers, 'hasCode'>
  ) {}

  /**
   * Notes the handlers that Strapi puts into Koa's list. At this time the list has Strapi's request context and
   * telemetry, and no plugin has added a handler before them (Strapi 5.54). Strapi adds its other handlers in
   * `initMiddlewares`, together with the handlers of `config/middlewares`.
   */
  watch(): void {
    const { server, telemetry } = this.strapi;
    const list = () => server.app.middleware as readonly unknown[];
    list()
      .slice(0, telemetry.isDisabled ? 1 : 2)
      .forEach((work) => this.ofStrapi.add(work));
    const init = server.initMiddlewares.bind(server);
    server.initMiddlewares = async () => {
      const before = new Set(list());
      await init();
      list()
        .filter((work) => !before.has(work))
        .forEach((work) => this.ofStrapi.add(work));
      return server;
    };
  }

  /**
   * Whether a project's code may see the answer to a request.
   *
   * @param action of this plugin that answers the request; a project's own action may have called it
   */
  sees(ctx: Context, action: ListAction): boolean {
    return (
      !this.isOurRoute(ctx.state.route as Route | undefined, action) ||
      !this.isOurCode(action) ||
      this.layers.hasCode(ctx) ||
      this.hasGlobalCode()
    );
  }

  private isOurRoute(route: Route | undefined, action: ListAction): boolean {
    const { handler, info, config } = route ?? {};
    const name = `content-api.${action}`;
    const isOurs =
      handler === `plugin::upload.${name}` || (handler === name && info?.pluginName === 'upload');
    return isOurs && (config?.middlewares ?? []).length === 0;
  }

  private isOurCode(action: ListAction): boolean {
    const plugin = this.strapi.plugin('upload');
    const controller = plugin.controller('content-api') as unknown as Actions;
    const work = [controller[action], plugin.service('upload')[SERVED_BY[action]]];
    return work.every((one) => one !== undefined && isOwn(one));
  }

  private hasGlobalCode(): boolean {
    const configured = (this.strapi.config.get('middlewares', null) ?? []) as Entry[];
    const list = this.strapi.server.app.middleware as readonly object[];
    return (
      configured.some((entry) => !isOfStrapi(entry) || hasHandlers(entry)) ||
      list.slice(0, -AFTER_ALL).some((work) => !this.ofStrapi.has(work) && !isOwn(work))
    );
  }
}

/** Whether a project has set functions that `strapi::responses` calls for each status. */
const hasHandlers = (entry: Entry): boolean =>
  typeof entry === 'object' &&
  (entry.config as { handlers?: object } | undefined)?.handlers != null;
