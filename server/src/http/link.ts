import { isDeepStrictEqual } from 'node:util';
import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import type { LinkCaller } from '../links/permit';
import type { LinkTarget } from '../links/target';
import { entryLinks } from '../links/links';
import type { LinkRequest } from '../types/rows';
import { may } from './may';

/**
 * Key in the state of a request. The value is the link of the request after its target was found, usually before the
 * files arrive.
 */
const FOUND = Symbol('link');

/** A link that a form asks for, and its target. */
export interface Link {
  asked: LinkRequest;
  /** The target of the link; null if the target is wrong and the configuration tolerates that. */
  target: LinkTarget | null;
}

/**
 * Finds the entry that a form wants its files linked to, and checks that the caller may change this entry.
 *
 * @param fields the fields of the form that have come in so far
 * @returns null if the form asks for no link
 * @throws errors.ValidationError, errors.NotFoundError, NotPermitted
 */
export async function linkOf(
  strapi: Core.Strapi,
  ctx: Context,
  fields: Record<string, unknown>
): Promise<Link | null> {
  const links = entryLinks.of(strapi);
  const asked = links.requestOf(fields);
  if (!asked) {
    return null;
  }
  const state = ctx.state as { [FOUND]?: Link };
  const known = state[FOUND];
  if (known && isDeepStrictEqual(known.asked, asked)) {
    return known;
  }
  const target = await links.resolve(asked);
  if (target) {
    await links.permit(target, linkCallerOf(strapi, ctx));
  }
  const link = { asked, target };
  state[FOUND] = link;
  return link;
}

function linkCallerOf(strapi: Core.Strapi, ctx: Context): LinkCaller {
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
