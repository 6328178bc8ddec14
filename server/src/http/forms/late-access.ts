import { isDeepStrictEqual } from 'node:util';
import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { callerOf } from '../../access/caller';
import type { PendingForm } from './pending';

const warned = new WeakSet<object>();

/**
 * Compares the caller of a request at its route with the caller in front of the route. If they differ, the code in
 * front of the route has seen no form, or has seen a form that was read with the limits of the wrong caller. In the
 * second case, the files of the form are staged again. The log says so once.
 */
export function noteLateAccess(strapi: Core.Strapi, ctx: Context, form: PendingForm): void {
  const { refused, readFor } = form;
  const isOther = readFor !== null && !isDeepStrictEqual(readFor, callerOf(ctx));
  if (isOther) {
    form.received.forEach((file) => file.stageAnew());
  }
  if ((refused || isOther) && !warned.has(strapi)) {
    warned.add(strapi);
    const what = refused
      ? `was refused before its route ("${refused.message}") but allowed at its route`
      : 'has a different caller at its route than before its route';
    strapi.log.warn(
      `upload: a request ${what}. Code that changes the caller, such as a middleware that writes a cookie into the header ` +
        'Authorization, must come before "strapi::body" in config/middlewares. Otherwise code of the project in front of ' +
        'the route sees no form, or the limits of the wrong caller apply first.'
    );
  }
}
