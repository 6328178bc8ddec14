import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { Context } from 'koa';
import { headersOf } from '../errors';
import type { Workload } from '../attempt/workload';

/** Resolves when the answer is sent or the connection is closed. Resolves at once if this has already happened. */
const answered = (res: ServerResponse): Promise<void> => finished(res).catch(() => {});

/**
 * Runs the work of a request that brings files, unless the server is shutting down. A shutdown waits for the work
 * and for its answer.
 *
 * @throws ShuttingDown
 */
export async function tracked(
  ctx: Context,
  workload: Workload,
  work: () => Promise<void>
): Promise<void> {
  const stop = () => ctx.req.destroy();
  try {
    workload.refuseWhileClosing();
    // A shutdown closes connections, so it must wait for the answer, which is sent after all middlewares have
    // ended.
    void workload.track(() => answered(ctx.res), stop);
    await workload.track(work, stop);
  } catch (error) {
    ctx.set(headersOf(error));
    throw error;
  }
}
