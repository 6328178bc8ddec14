import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../../util/strapi-utils';
import type { FormKind, Matched } from './form-routes';
import { permitAsset, permitContentApi } from './permit-upload';

/** Strapi's authentication service (Strapi 5.54: `services/auth`). */
interface Auth {
  authenticate(ctx: Context, next: () => Promise<void>): Promise<unknown>;
  verify(auth: unknown, config: unknown): Promise<unknown>;
}

/**
 * Makes the checks of a route before the request reaches the route: Strapi's authentication and authorisation, and
 * the permission step of this plugin. The request itself does not change, and the route authenticates it again.
 *
 * @returns the request as the route would see it, with the caller in its own `state`
 * @throws errors.UnauthorizedError, errors.ForbiddenError, errors.NotFoundError if the route will refuse the
 *   request
 */
export async function authorizeEarly(
  strapi: Core.Strapi,
  ctx: Context,
  { kind, route, params }: Matched
): Promise<Context> {
  const seen = Object.create(ctx, {
    state: { value: { ...ctx.state, route: { ...route, config: route.config ?? {} } } },
    params: { value: params },
    // These methods would write the answer, which is left to the route.
    unauthorized: { value: refuseWith(errors.UnauthorizedError) },
    forbidden: { value: refuseWith(errors.ForbiddenError) },
  }) as Context;
  const auth = strapi.get('auth') as unknown as Auth;
  let isAuthenticated = false;
  await auth.authenticate(seen, async () => void (isAuthenticated = true));
  if (!isAuthenticated) {
    throw new errors.UnauthorizedError();
  }
  await auth.verify(seen.state.auth, route.config?.auth);
  await permit(strapi, seen, kind);
  return seen;
}

/** Runs this plugin's own permission step for a route. */
export async function permit(strapi: Core.Strapi, ctx: Context, kind: FormKind): Promise<void> {
  if (kind.of === 'uploads' && kind.by === 'content-api') {
    await permitContentApi(strapi, ctx);
  } else if (kind.of === 'uploads' && kind.by === 'admin') {
    await permitAsset(strapi, ctx);
  }
}

const refuseWith = (Refusal: new (message?: string) => Error) => (message?: string) => {
  throw new Refusal(message);
};
