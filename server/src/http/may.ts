import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../util/strapi-utils';

/**
 * Whether a caller of the content API has a permission, with any way of authentication.
 *
 * @param action such as `api::restaurant.restaurant.update`
 */
export async function may(
  strapi: Core.Strapi,
  ctx: Pick<Context, 'state'>,
  action: string
): Promise<boolean> {
  try {
    await strapi.get('auth').verify(ctx.state.auth, { scope: [action] });
    return true;
  } catch (error) {
    const refused = [errors.ForbiddenError, errors.UnauthorizedError];
    if (refused.some((kind) => error instanceof kind)) {
      return false;
    }
    throw error;
  }
}
