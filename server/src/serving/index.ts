import type { Core } from '@strapi/strapi';
import type { Context } from 'koa';
import type { UploadConfig } from '../config';
import type { PrivateFiles } from '../signing/private-files';
import { asOwn } from '../util/own';
import { isPrivateName, UPLOADS } from '../storage/local-url';
import { cacheControlOf } from './cache-control';
import { serveEarly, watchCors } from './early';
import { servePrivateFiles } from './private-files';
import { servePublicFiles } from './public-files';
import type { ProjectHeaders, ServeFile } from './serve-file';
import type { VariantLookup } from './variant-lookup';

/** Folders of stored files, as absolute paths. */
interface ServedFolders {
  uploads: string;
  /** The folder in which variants of private files lie. */
  privateRoot: string;
  /** The folder of private files, and who may read them; null if there are no private files. */
  closed: { folder: string; privateFiles: PrivateFiles } | null;
  /** Finds or makes variants of images. */
  variants: VariantLookup;
}

/**
 * Makes Strapi serve stored files below `/uploads`: by an ordinary route and, if the project configures that, also
 * before the global middlewares.
 */
export function serveFiles(
  strapi: Core.Strapi,
  config: UploadConfig,
  folders: ServedFolders
): void {
  const serve = serverOf(config, folders);
  if (config.serving.early) {
    const early = { serve: serveEarly(`/${UPLOADS}/`, serve, watchCors(strapi)) };
    strapi.server.use(asOwn(early).serve);
  }
  strapi.server.routes([
    {
      method: 'GET',
      path: `/${UPLOADS}/(.*)`,
      // The router has decoded the path. If `serve` sets neither status nor body, Strapi answers with its own 404.
      handler: async (ctx: Context) => void (await serve(ctx, String(ctx.params[0]))),
      config: { auth: false },
    },
  ]);
}

function serverOf(
  config: UploadConfig,
  { uploads, privateRoot, closed, variants }: ServedFolders
): ServeFile {
  const { setHeaders } = (config.providerOptions.localServer ?? {}) as {
    setHeaders?: ProjectHeaders;
  };
  const open = servePublicFiles({ root: uploads, privateRoot }, variants, {
    cacheControl: cacheControlOf(config),
    projectHeaders: setHeaders,
  });
  if (!closed) {
    return open;
  }
  const signed = servePrivateFiles(closed, variants, setHeaders);
  return (ctx, name) => (isPrivateName(name) ? signed : open)(ctx, name);
}
