import type { Context } from 'koa';
import { listStream } from './list-stream';

interface AnswerOptions<T> {
  /** The body of an answer with these entries. */
  wrap(entries: T[]): unknown;
  log: { error(message: string): void };
}

/**
 * Answers a list that is read in pages: one that fits into a page as ever, with an ordinary body and its length; a longer
 * one while it is read. What fails before the second page is answered like any other failure.
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
  // Only the list itself is empty and comes first.
  const [before, after] = JSON.stringify(wrap([])).split(/\[\](.*)/s) as [string, string];
  const frame = { before: `${before}[`, after: `]${after}` };
  ctx.type = 'json';
  ctx.body = listStream(ctx, startingWith([first, second.value], pages), { frame, log });
}

async function* startingWith<T>(known: T[][], more: AsyncGenerator<T[], void>) {
  try {
    // Taken out, so that they are not held while the others are read.
    for (let page = known.shift(); page; page = known.shift()) {
      yield page;
    }
    yield* more;
  } finally {
    await more.return();
  }
}
