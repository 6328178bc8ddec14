import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** A request that is read under a bound of its own. */
interface Excused {
  /** Whether Node's time for it is over. */
  isLate: boolean;
}

const excused = new WeakMap<Socket, Excused>();

/** Longest wait for the rest of a request whose time is over, once nobody reads it any more, in ms. */
const PATIENCE = 10_000;

/**
 * Lets requests last longer than the server's `requestTimeout` while they are read under another bound
 * ({@link outlastRequestTimeout}). For all others it holds as it did.
 *
 * Node.js has no such setting for one request. It tells the server of a request that takes too long by the event
 * `clientError`, once, and closes the connection only where nobody listens to that; so this keeps the event from
 * being told. Other errors of clients go their way, to Node's own answer or to the project's listener.
 */
export function watchRequestTimeouts(server: Server): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  server.emit = (event: string | symbol, ...args: unknown[]): boolean =>
    (event === 'clientError' && isExcused(args[0], args[1])) || emit(event, ...args);
}

/**
 * The request's own bound counts from here on.
 *
 * @returns ends that; to be called once. A request that is late then has to end soon
 */
export function outlastRequestTimeout(req: IncomingMessage): () => void {
  const { socket } = req;
  const state: Excused = { isLate: false };
  excused.set(socket, state);
  return () => {
    excused.delete(socket);
    if (state.isLate && !req.complete) {
      const timer = setTimeout(() => req.destroy(), PATIENCE);
      req.once('close', () => clearTimeout(timer));
    }
  };
}

function isExcused(error: unknown, socket: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  const state = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? excused.get(socket as Socket) : undefined;
  if (state) {
    state.isLate = true;
  }
  return state !== undefined;
}
