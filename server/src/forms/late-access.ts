import type { Core } from '@strapi/strapi';
import type { PendingForm } from './pending';

const warned = new WeakSet<object>();

/**
 * Says once, for a request that its route has let in, that it was refused in front of the route: code in front of the
 * route has seen no form of it then.
 */
export function warnOfLateAccess(strapi: Core.Strapi, { refused }: PendingForm): void {
  if (refused && !warned.has(strapi)) {
    warned.add(strapi);
    strapi.log.warn(
      `upload: a request was allowed by its route and not before it ("${refused.message}"). What changes who a caller is, ` +
        'such as a middleware that turns a cookie into the header Authorization, belongs before "strapi::body" in ' +
        'config/middlewares: code of the project in front of the route has not seen the form.'
    );
  }
}
