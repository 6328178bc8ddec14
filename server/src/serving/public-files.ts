import { serveLocalFiles } from './local-files';
import type { ProjectHeaders, ServeFile } from './serve-file';

/**
 * Serves the files of a folder to all clients.
 *
 * @param root absolute path of the folder
 * @param cacheControl value of the header Cache-Control
 * @param projectHeaders called last: may change all headers set here
 */
export function servePublicFiles(
  root: string,
  cacheControl: string,
  projectHeaders: ProjectHeaders | undefined
): ServeFile {
  const serve = serveLocalFiles(root);
  return (ctx, name) =>
    serve(ctx, name, (path, stats) => {
      ctx.set('Cache-Control', cacheControl);
      projectHeaders?.(ctx.res, path, stats());
    });
}
