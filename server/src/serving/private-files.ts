import type { Context } from 'koa';
import type { PrivateFiles } from '../signing/private-files';
import { privateKeyIn } from '../storage/local-url';
import type { ProjectHeaders, ServeFile } from './serve-file';
import { PRIVATE_MESSAGE, refuse } from './variant-answers';
import type { VariantLookup } from './variant-lookup';
import { serveWithVariants } from './variants';

/** The folder of private files, and who may read them. */
interface ClosedFolder {
  /** Absolute path of the folder. */
  folder: string;
  privateFiles: PrivateFiles;
}

/**
 * Serves a private file, or a variant of it, if the request's URL was signed for that file. Without a valid signature,
 * the response is the same whether the file exists or not.
 *
 * @param projectHeaders may change all headers except Cache-Control: shared caches must not keep these files
 */
export function servePrivateFiles(
  { folder, privateFiles }: ClosedFolder,
  lookup: VariantLookup,
  projectHeaders: ProjectHeaders | undefined
): ServeFile {
  const serve = serveWithVariants({ root: folder, privateRoot: folder, isPrivate: true, lookup });
  return async (ctx, name) => {
    const key = privateKeyIn(name);
    const left = key === null ? null : openFor(ctx, key);
    if (key === null || left === null) {
      refuse(ctx, 403, PRIVATE_MESSAGE);
      return true;
    }
    return serve(ctx, key, (path, stats) => {
      projectHeaders?.(ctx.res, path, stats());
      ctx.set('Cache-Control', `private, max-age=${Math.floor(left)}`);
    });
  };

  /** Seconds for which the URL stays valid; null if it is not valid. */
  function openFor({ querystring, request }: Context, key: string): number | null {
    return (
      privateFiles.openFor(key, lookup.withoutVariant(querystring), request.ip) ??
      lookup.opens(key, querystring)
    );
  }
}
