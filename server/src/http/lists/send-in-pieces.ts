import type { Core } from '@strapi/strapi';
import type { Context, Middleware } from 'koa';
import { asOwn } from '../../util/own';
import { nextTurn } from '../../util/turns';
import { listStream } from './list-stream';

/** Number of entries that are written without a pause. */
const PIECE = 50;

const ARRAY = { before: '[', after: ']' };

/** The requests that this plugin answers with an array, which may be long. */
const lists = new WeakSet<Context>();

/** Marks a request whose answer is a list. A project's code may see and change the list before it is sent. */
export const noteList = (ctx: Context): void => void lists.add(ctx);

/**
 * Writes long arrays in pieces, with pauses for other requests. Koa itself would make one string of the whole
 * array. The middleware runs around all other code, which finds the array in `ctx.body`.
 */
export function sendListsInPieces(strapi: Core.Strapi): void {
  const send: Middleware = async (ctx, next) => {
    await next();
    const body: unknown = ctx.body;
    if (lists.has(ctx) && Array.isArray(body) && body.length > PIECE) {
      ctx.body = listStream(ctx, pieces(body), { frame: ARRAY, log: strapi.log });
    }
  };
  strapi.server.app.middleware.unshift(...Object.values(asOwn({ send })));
}

async function* pieces(list: unknown[]): AsyncGenerator<unknown[], void> {
  for (let start = 0; start < list.length; start += PIECE) {
    await nextTurn();
    yield list.slice(start, start + PIECE);
  }
}
