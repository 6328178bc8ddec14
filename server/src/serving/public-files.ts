import type { ProjectHeaders, ServeFile } from './serve-file';
import { serveWithVariants, type VariantLookup } from './variants';

/** Headers of the answers with public files. */
interface PublicHeaders {
  /** Value of the header Cache-Control. */
  cacheControl: string;
  /** Called last: may change all headers set here. */
  projectHeaders: ProjectHeaders | undefined;
}

/**
 * Serves the files of a folder, and the variants of its images, to all clients.
 *
 * @param root absolute path of the folder
 */
export function servePublicFiles(
  root: string,
  lookup: VariantLookup,
  { cacheControl, projectHeaders }: PublicHeaders
): ServeFile {
  const serve = serveWithVariants({ root, isPrivate: false, lookup });
  return (ctx, name) =>
    serve(ctx, name, (path, stats, ofVariant) => {
      ctx.set('Cache-Control', ofVariant ?? cacheControl);
      projectHeaders?.(ctx.res, path, stats());
    });
}
