import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import { errors } from '../../util/strapi-utils';

/**
 * Creates signals that are aborted when the client of an upload disconnects before its answer. Uploads by a
 * project's own code continue even if the client of their request disconnects.
 *
 * @param isUpload whether the plugin is processing the request's own files
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
  // The number of listeners is not limited: each waiting step of each image adds a listener, more than the default
  // limit of Node.js.
  setMaxListeners(0, controller.signal);
  const closed = () => {
    if (!res.writableFinished) {
      controller.abort(
        new errors.ValidationError('The client closed the connection before the response was sent.')
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
