import type { Core } from '@strapi/strapi';
import bootstrap from './bootstrap';
import { registerBuiltin } from './wiring/builtin-register';
import { withProjectChanges, type ContentTypes } from './content-types';
import controllers from './controllers';
import destroy from './destroy';
import middlewares from './middlewares';
import policies from './policies';
import { rememberFetch } from './fetch/project-fetch';
import register from './register';
import { withBuiltinRoutes } from './routes/with-builtin';
import services from './services';

type Lifecycle = (context: { strapi: Core.Strapi }) => unknown;

type Factory = (context: { strapi: Core.Strapi }) => object;

/** A controller or a service, or a function that creates it. */
type Part = Record<string, unknown> | Factory;

/** The built-in plugin as Strapi passes it to `src/extensions/upload/strapi-server`. */
export interface BuiltinPlugin {
  register: Lifecycle;
  bootstrap: Lifecycle;
  destroy?: Lifecycle;
  contentTypes: ContentTypes;
  routes: Record<string, unknown>;
  controllers: Record<string, Part>;
  services: Record<string, Part>;
  middlewares?: Record<string, unknown>;
  policies?: Record<string, unknown>;
  [part: string]: unknown;
}

/**
 * Replaces the built-in upload plugin. This plugin's parts replace those of the same name. The other parts, such as
 * those of Strapi's paid plans, stay the built-in plugin's and use this plugin's services.
 *
 * @param builtin the built-in plugin, with the project's configuration and content type changes
 * @returns the plugin that Strapi loads instead
 */
export function extension(builtin: BuiltinPlugin): BuiltinPlugin {
  rememberFetch(globalThis.strapi);
  return {
    ...builtin,
    contentTypes: withProjectChanges(builtin.contentTypes, hasPlaceholders(builtin)),
    routes: withBuiltinRoutes(builtin.routes, tellOfNewRoutes),
    controllers: withBuiltin(builtin.controllers, controllers),
    middlewares: { ...builtin.middlewares, ...middlewares },
    policies: { ...builtin.policies, ...policies },
    services: withBuiltin(builtin.services, services),
    async register(context: { strapi: Core.Strapi }) {
      await register(context);
      await registerBuiltin(builtin.register, context.strapi);
    },
    async bootstrap(context: { strapi: Core.Strapi }) {
      await builtin.bootstrap(context);
      await bootstrap(context);
    },
    async destroy(context: { strapi: Core.Strapi }) {
      await destroy(context);
      await builtin.destroy?.(context);
    },
  };
}

function tellOfNewRoutes(routes: string[]): void {
  globalThis.strapi.log.warn(
    `upload: this version of Strapi has routes that strapi-upload does not know: ${routes.join(', ')}. The built-in ` +
      'plugin answers requests to these routes. The ledger does not contain files that the built-in plugin stores.'
  );
}

/**
 * Whether the project has switched on placeholders. The configuration comes with the plugin object. It is validated
 * later, in `register`.
 */
function hasPlaceholders({ config }: BuiltinPlugin): boolean {
  const { images } = (config ?? {}) as { images?: { placeholder?: unknown } };
  return images?.placeholder === true;
}

/**
 * Combines the parts of both plugins. In a part that both have, this plugin's functions replace those of the same
 * name. A part that is an object in the built-in plugin stays an object, since projects change its functions in
 * place.
 */
function withBuiltin(builtin: Record<string, Part>, ours: Record<string, Factory>) {
  const merged = Object.entries(ours).map(([name, factory]): [string, Part] => {
    const part = builtin[name];
    return [
      name,
      typeof part === 'object'
        ? // The built-in plugin's parts use the global `strapi`, so this part does the same.
          { ...part, ...factory({ strapi: globalThis.strapi }) }
        : (context) => ({ ...part?.(context), ...factory(context) }),
    ];
  });
  return { ...builtin, ...Object.fromEntries(merged) };
}
