import { Stream } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Context, Next } from 'koa';
import { removeUnused, temporaryFiles } from './temporary-files';

type Middleware = (ctx: Context, next: Next) => Promise<unknown>;

/**
 * Reads a form as Strapi does, and removes its temporary files before the answer is sent. If the answer is a stream, it
 * may be one of these files. Then the files are removed after the answer is sent or the connection is closed.
 */
export async function parseTidily(parse: Middleware, ctx: Context, next: Next): Promise<unknown> {
  let files: string[] = [];
  const remove = () =>
    removeUnused(files).catch((error: unknown) => void ctx.app.emit('error', error, ctx));
  try {
    return await parse(ctx, async () => {
      files = temporaryFiles((ctx.request as { files?: unknown }).files);
      await next();
    });
  } finally {
    if (files.length > 0 && ctx.body instanceof Stream) {
      void finished(ctx.res).then(remove, remove);
    } else if (files.length > 0) {
      await remove();
    }
  }
}
