import type { Core } from '@strapi/strapi';
import type { Context, Middleware } from 'koa';
import { asOwn } from '../../util/own';
import { nextTurn } from '../../util/turns';
import { listStream } from './list-stream';

/** Entries that are written at once. */
const PIECE = 50;

const ARRAY = { before: '[', after: ']' };

/** Requests that were answered with an array of ours, which may be long. */
const lists = new WeakSet<Context>();

/** Notes that a request's answer is a list, which a project's code may see, and change, before it is sent. */
export const noteList = (ctx: Context): void => void lists.add(ctx);

/**
 * Has long arrays written in pieces, with pauses for other requests in between: Koa would make one text of all of it. It
 * stands around all other code, which finds the array in `ctx.body`.
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
