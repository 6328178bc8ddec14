import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import type { UploadConfig } from '../config';
import { UPLOADS } from '../storage/local';
import { cacheControlOf } from './cache-control';
import { serveEarly, watchCors } from './early';
import { serveLocalFiles, type ServingOptions } from './local-files';

/**
 * Makes Strapi serve the files of a folder below `/uploads`: by an ordinary route, and before the
 * global middlewares too where the project wants that.
 *
 * @param root absolute path of the folder
 */
export function serveFiles(strapi: Core.Strapi, root: string, config: UploadConfig): void {
  const { setHeaders } = (config.providerOptions.localServer ?? {}) as Partial<ServingOptions>;
  const serve = serveLocalFiles(root, { cacheControl: cacheControlOf(config), setHeaders });
  if (config.serving.early) {
    strapi.server.use(serveEarly(`/${UPLOADS}/`, serve, watchCors(strapi)));
  }
  strapi.server.routes([
    {
      method: 'GET',
      path: `/${UPLOADS}/(.*)`,
      // The router has decoded the path. Without a status and a body it becomes Strapi's own 404.
      handler: async (ctx: Context) => void (await serve(ctx, String(ctx.params[0]))),
      config: { auth: false },
    },
  ]);
}
