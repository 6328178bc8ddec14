import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import type { LinkCaller } from '../links/permit';
import type { LinkTarget } from '../links/target';
import { partsOf } from '../parts';
import { may } from './may';

/** Where the target of a request is kept once it is found: before its files, as a rule. */
const FOUND = Symbol('link target');

interface Found {
  request: string;
  target: LinkTarget | null;
}

/**
 * The entry that a form wants its files linked to, seen to be one and the caller's to change.
 *
 * @param fields the form's, as far as they have come
 * @returns null where it wants no link
 * @throws errors.ValidationError, errors.NotFoundError, NotPermitted
 */
export async function linkTargetOf(
  strapi: Core.Strapi,
  ctx: Context,
  fields: Record<string, unknown>
): Promise<LinkTarget | null> {
  const { links } = partsOf(strapi);
  const request = links.requestOf(fields);
  if (!request) {
    return null;
  }
  const asked = JSON.stringify(request);
  const state = ctx.state as { [FOUND]?: Found };
  if (state[FOUND]?.request !== asked) {
    const target = await links.resolve(request);
    if (target) {
      await links.permit(target, callerOf(strapi, ctx));
    }
    state[FOUND] = { request: asked, target };
  }
  return state[FOUND]?.target ?? null;
}

function callerOf(strapi: Core.Strapi, ctx: Context): LinkCaller {
  const { auth, user, userAbility } = ctx.state;
  const strategy = auth?.strategy?.name;
  return {
    user: strategy === 'users-permissions' ? (user ?? null) : null,
    async mayUpdate(uid) {
      if (strategy === 'admin') {
        return userAbility.can('plugin::content-manager.explorer.update', uid);
      }
      return may(strapi, ctx, `${uid}.update`);
    },
  };
}
