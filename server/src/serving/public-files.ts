import type { ProjectHeaders, ServeFile } from './serve-file';
import type { VariantLookup } from './variant-lookup';
import { serveWithVariants } from './variants';

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
 * @param folders absolute paths of the folder, and of the folder in which variants of private files lie
 */
export function servePublicFiles(
  { root, privateRoot }: { root: string; privateRoot: string },
  lookup: VariantLookup,
  { cacheControl, projectHeaders }: PublicHeaders
): ServeFile {
  const serve = serveWithVariants({ root, privateRoot, isPrivate: false, lookup });
  return (ctx, name) =>
    serve(ctx, name, (path, stats, ofVariant) => {
      ctx.set('Cache-Control', ofVariant ?? cacheControl);
      projectHeaders?.(ctx.res, path, stats());
    });
}
