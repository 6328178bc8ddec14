import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** Longest wait for a client that reads its answer only after it has sent the whole body, in ms. */
const PATIENCE = 10_000;

/**
 * Discards the unread rest of a request's body. The connection stays usable, and a client that reads its answer
 * only after sending gets the answer.
 *
 * The answer can be sent meanwhile, with one exception: if the connection is to be closed after the answer, this
 * function waits for the end of the body. Otherwise Node.js would reset the connection while the client is still
 * sending, and the answer would be lost. If the server itself closes the connection because the client is too slow,
 * this function does not wait.
 */
export async function drain(
  req: IncomingMessage,
  res: Pick<ServerResponse, 'getHeader'>
): Promise<void> {
  if (isOver(req) || res.getHeader('connection') === 'close') {
    return;
  }
  // Waits, since an iterator whose loop has ended releases the stream later in this turn of the event loop.
  await new Promise(setImmediate);
  if (isOver(req)) {
    return;
  }
  req.resume();
  const closes = /\bclose\b/i.test(req.headers.connection ?? '') || req.httpVersion === '1.0';
  if (closes) {
    const over = new AbortController();
    for (const event of ['end', 'close']) {
      req.once(event, () => over.abort());
    }
    await setTimeout(PATIENCE, undefined, { signal: over.signal }).catch(() => {});
  }
}

/** Closes the connection after the answer if the body is not complete, since no other request can follow on it. */
export function closeUnlessComplete({
  req,
  res,
}: {
  req: IncomingMessage;
  res: Pick<ServerResponse, 'setHeader'>;
}): void {
  if (!req.complete) {
    res.setHeader('Connection', 'close');
  }
}

const isOver = (req: IncomingMessage): boolean => req.readableEnded || req.destroyed;
