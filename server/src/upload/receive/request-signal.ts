import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../../util/strapi-utils';

/**
 * Tells when the client of an upload is gone before its answer. What a project's code uploads goes on,
 * whoever asked for it.
 *
 * @param isUpload whether a request's own files are what is worked on
 */
export function requestSignals(
  strapi: Core.Strapi,
  isUpload: (ctx: Pick<Context, 'state' | 'req'>) => boolean
): () => AbortSignal | undefined {
  const signals = new WeakMap<ServerResponse, AbortSignal>();
  return () => {
    const ctx = strapi.requestContext.get();
    if (!ctx || !isUpload(ctx)) {
      return undefined;
    }
    const signal = signals.get(ctx.res) ?? signalOf(ctx.res);
    signals.set(ctx.res, signal);
    return signal;
  };
}

function signalOf(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  // One for each step of each image that waits.
  setMaxListeners(0, controller.signal);
  const closed = () => {
    if (!res.writableFinished) {
      controller.abort(
        new errors.ValidationError('The client closed the connection before the answer.')
      );
    }
  };
  if (res.closed) {
    closed();
  } else {
    res.once('close', closed);
  }
  return controller.signal;
}
