import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** Longest wait for a client that reads nothing before it has sent all, in ms. */
const PATIENCE = 10_000;

/**
 * Throws away what is unread of a request's body, so that the connection lives on and a client
 * that reads its answer only after sending gets one.
 *
 * The answer can go out meanwhile, unless the connection is to be closed after it: then Node.js
 * would reset a connection whose client is still sending, and the answer would be lost. For such
 * a request this waits for the end of the body. Where it is the server that closes, because the
 * client is too slow, nothing is waited for.
 */
export async function drain(
  req: IncomingMessage,
  res: Pick<ServerResponse, 'getHeader'>
): Promise<void> {
  if (isOver(req) || res.getHeader('connection') === 'close') {
    return;
  }
  // An iterator that was left lets go of the stream in this turn of the loop, not before.
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

/** Nothing more can come on the connection of a request that is answered before its end. */
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
