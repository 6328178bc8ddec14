import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Errors of a connection that Node.js must not answer by itself. */
interface Excused {
  /** Whether the request may exceed `requestTimeout`, because another time limit applies to it. */
  mayBeLate: boolean;
  /** Whether the request has exceeded `requestTimeout`. */
  isLate: boolean;
  /**
   * Whether the client may close its side although the request is not complete. It may if its form was complete and the
   * server has begun to respond.
   */
  mayEnd: boolean;
}

const excused = new WeakMap<Socket, Excused>();

/** Longest wait for the rest of a late request that nobody reads any more, in ms. */
const PATIENCE = 10_000;

/**
 * Prevents Node.js from answering certain client errors by itself: those of requests with another time limit than the
 * server's `requestTimeout` ({@link outlastRequestTimeout}), and those of requests that have a response already ({@link
 * answerEarly}).
 *
 * Node.js has no such settings for single requests. It emits the event `clientError` on the server. Only if the event
 * has no listener does Node.js answer and close the connection. So this function does not emit the event for these
 * errors. All other client errors are emitted as usual: Node.js answers them, or the project's listener does.
 */
export function watchClientErrors(server: Server): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  server.emit = (event: string | symbol, ...args: unknown[]): boolean =>
    (event === 'clientError' && isExcused(args[0], args[1])) || emit(event, ...args);
}

/**
 * From now on, the request's own time limit applies instead of the server's `requestTimeout`.
 *
 * @returns a function that ends this; call it once. If the request is already late, the connection is closed after a
 *   short wait
 */
export function outlastRequestTimeout(req: IncomingMessage): () => void {
  const state = stateOf(req);
  state.mayBeLate = true;
  return () => {
    state.mayBeLate = false;
    if (state.isLate && !req.complete) {
      const timer = setTimeout(() => req.destroy(), PATIENCE);
      req.once('close', () => clearTimeout(timer));
    }
  };
}

/** Marks a request that gets a response before it is complete. Its connection must be closed after the response. */
export function answerEarly(req: IncomingMessage): void {
  stateOf(req).mayEnd = true;
}

function stateOf({ socket }: IncomingMessage): Excused {
  const state = excused.get(socket) ?? { mayBeLate: false, isLate: false, mayEnd: false };
  excused.set(socket, state);
  return state;
}

function isExcused(error: unknown, socket: unknown): boolean {
  const state = excused.get(socket as Socket);
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && state?.mayBeLate) {
    state.isLate = true;
    return true;
  }
  return code === 'HPE_INVALID_EOF_STATE' && state?.mayEnd === true;
}
