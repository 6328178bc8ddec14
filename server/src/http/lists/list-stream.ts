import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import type { Context } from 'koa';

/** The JSON before and after the entries of a list, such as `[` and `]`. */
export interface Frame {
  before: string;
  after: string;
}

interface ListStreamOptions {
  frame: Frame;
  log: { error(message: string): void };
}

/**
 * Sends a list as JSON, byte for byte as `JSON.stringify` writes it, with one page in memory at a time. The next
 * page is read when the client has received the pages before. After the client has disconnected no further page is
 * read, since Koa destroys the stream.
 *
 * If a later page fails, the answer has already begun. It must not look complete, so the connection is closed.
 *
 * @param pages are read in the async context of the current request
 */
export function listStream(
  ctx: Context,
  pages: AsyncIterable<unknown[]>,
  { frame, log }: ListStreamOptions
): Readable {
  const texts = textsOf(pages, frame);
  // Keeps the async context: Koa sends a body after the request's own functions have ended, outside of their async
  // context.
  const inContext = AsyncLocalStorage.snapshot();
  const next = async (): Promise<IteratorResult<string, void>> => {
    try {
      return await inContext(() => texts.next());
    } catch (error) {
      log.error(`upload: sending a list failed, and the connection was closed: ${String(error)}`);
      ctx.res.destroy();
      stream.destroy();
      return { done: true, value: undefined };
    }
  };
  const iterator = { next, return: () => inContext(() => texts.return()) };
  const stream = Readable.from({ [Symbol.asyncIterator]: () => iterator }, { objectMode: false });
  return stream;
}

async function* textsOf(
  pages: AsyncIterable<unknown[]>,
  { before, after }: Frame
): AsyncGenerator<string, void> {
  let separator = before;
  for await (const page of pages) {
    if (page.length > 0) {
      yield separator + JSON.stringify(page).slice(1, -1);
      separator = ',';
    }
  }
  yield separator === before ? before + after : after;
}
