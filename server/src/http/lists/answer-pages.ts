import type { Context } from 'koa';
import { listStream } from './list-stream';

interface AnswerOptions<T> {
  /** Returns the body of an answer with these entries. */
  wrap(entries: T[]): unknown;
  log: { error(message: string): void };
}

/**
 * Answers with a list that is read in pages. A list of one page has an ordinary body and a Content-Length. A longer
 * list is sent while it is read. A failure before the second page is answered like any other failure.
 */
export async function answerPages<T>(
  ctx: Context,
  pages: AsyncGenerator<T[], void>,
  { wrap, log }: AnswerOptions<T>
): Promise<void> {
  const first = (await pages.next()).value ?? [];
  const second = await pages.next();
  if (second.done) {
    ctx.body = wrap(first);
    return;
  }
  // The first `[]` in this JSON is the empty list. The JSON is split there.
  const [before, after] = JSON.stringify(wrap([])).split(/\[\](.*)/s) as [string, string];
  const frame = { before: `${before}[`, after: `]${after}` };
  ctx.type = 'json';
  ctx.body = listStream(ctx, startingWith([first, second.value], pages), { frame, log });
}

async function* startingWith<T>(known: T[][], more: AsyncGenerator<T[], void>) {
  try {
    // Removes each page from the array, so that it is not kept in memory while the others are read.
    for (let page = known.shift(); page; page = known.shift()) {
      yield page;
    }
    yield* more;
  } finally {
    await more.return();
  }
}
