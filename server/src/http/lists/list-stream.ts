import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import type { Context } from 'koa';

/** What JSON a list has around its entries, such as `[` and `]`. */
export interface Frame {
  before: string;
  after: string;
}

interface ListStreamOptions {
  frame: Frame;
  log: { error(message: string): void };
}

/**
 * A list as JSON, byte for byte as `JSON.stringify` writes it, one page in memory at a time. The next one is asked for
 * when the client has taken those before, and none when the client is gone: Koa destroys the stream then.
 *
 * The answer has begun when a later page fails. It must not look like a whole one: the connection is closed.
 *
 * @param pages are asked for in the context of the request that runs now
 */
export function listStream(
  ctx: Context,
  pages: AsyncIterable<unknown[]>,
  { frame, log }: ListStreamOptions
): Readable {
  const texts = textsOf(pages, frame);
  // Koa sends a body when the request's own functions are done, outside of its context.
  const inContext = AsyncLocalStorage.snapshot();
  const next = async (): Promise<IteratorResult<string, void>> => {
    try {
      return await inContext(() => texts.next());
    } catch (error) {
      log.error(`upload: a list broke off, and the connection was closed: ${String(error)}`);
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
