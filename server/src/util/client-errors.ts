import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** What of a connection's errors is not for Node.js to answer. */
interface Excused {
  /** Whether the request may be late: it is read under a bound of its own. */
  mayBeLate: boolean;
  /** Whether it is late. */
  isLate: boolean;
  /** Whether the request may end before it is complete: its form was whole, and its own answer is on the way. */
  mayEnd: boolean;
}

const excused = new WeakMap<Socket, Excused>();

/** Longest wait for the rest of a request whose time is over, once nobody reads it any more, in ms. */
const PATIENCE = 10_000;

/**
 * Keeps Node.js from answering some errors of clients by itself: those of requests that are read under another bound than
 * the server's `requestTimeout` ({@link outlastRequestTimeout}), and of those that have an answer already
 * ({@link answerEarly}).
 *
 * Node.js has no such settings for one request. It tells the server of an error of a client by the event `clientError`, and
 * answers and closes the connection only where nobody listens to that; so this keeps the event from being told. Other
 * errors of clients go their way, to Node's own answer or to the project's listener.
 */
export function watchClientErrors(server: Server): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  server.emit = (event: string | symbol, ...args: unknown[]): boolean =>
    (event === 'clientError' && isExcused(args[0], args[1])) || emit(event, ...args);
}

/**
 * The request's own bound counts from here on, not the server's `requestTimeout`.
 *
 * @returns ends that; to be called once. A request that is late then has to end soon
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

/** The request is answered though it is not complete; its connection must be closed after that. */
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
