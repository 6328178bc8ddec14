import type { Context } from 'koa';
import type { PrivateFiles } from '../signing/private-files';
import { privateKeyIn } from '../storage/local-url';
import { serveLocalFiles } from './local-files';
import type { ProjectHeaders, ServeFile } from './serve-file';

/**
 * Serves private files to those whose URL was signed for the one that they ask for. Who has no such
 * signature gets the same answer whether there is a file or not.
 *
 * @param root absolute path of their folder
 * @param projectHeaders may change all headers but Cache-Control: shared caches must not keep these files
 */
export function servePrivateFiles(
  root: string,
  privateFiles: PrivateFiles,
  projectHeaders: ProjectHeaders | undefined
): ServeFile {
  const serve = serveLocalFiles(root);
  return async (ctx, name) => {
    const key = privateKeyIn(name);
    const left = key === null ? null : privateFiles.openFor(key, ctx.querystring, ctx.request.ip);
    if (key === null || left === null) {
      refuse(ctx);
      return true;
    }
    return serve(ctx, key, (path, stats) => {
      projectHeaders?.(ctx.res, path, stats());
      ctx.set('Cache-Control', `private, max-age=${Math.floor(left)}`);
    });
  };
}

/** In Strapi's form, which nobody else would give it where files are served early. */
function refuse(ctx: Context): void {
  const message = 'The file is private, and this URL is not signed for it, or no longer.';
  ctx.status = 403;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { data: null, error: { status: 403, name: 'ForbiddenError', message, details: {} } };
}
