import type { Context } from 'koa';
import type { PrivateFiles } from '../signing/private-files';
import { privateKeyIn } from '../storage/local-url';
import { serveLocalFiles } from './local-files';
import type { ProjectHeaders, ServeFile } from './serve-file';

/**
 * Serves a private file if the request's URL was signed for that file. Without a valid signature, the response is the
 * same whether the file exists or not.
 *
 * @param root absolute path of the folder of private files
 * @param projectHeaders may change all headers except Cache-Control: shared caches must not keep these files
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

/**
 * Refuses a request, in the format of Strapi's errors. If files are served early, no other middleware would use this
 * format.
 */
function refuse(ctx: Context): void {
  const message =
    'The file is private. The signature of this URL is missing, not valid or expired.';
  ctx.status = 403;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { data: null, error: { status: 403, name: 'ForbiddenError', message, details: {} } };
}
