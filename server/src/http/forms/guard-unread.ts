import type { Context } from 'koa';
import type { FormRequest } from './form-files';

/**
 * Makes an unread form say so to code that looks at it too early: until the request has reached its route, its `body` and
 * `files` throw, since code that saw an empty form would let everything pass. From then on they are empty: loggers and
 * error reporters look at them when a request was refused. Who sets them, sets them.
 *
 * @param why the error that is thrown
 * @returns ends that at once
 */
export function guardUnread(ctx: Context, why: () => Error): () => void {
  let isOver = false;
  const empty: FormRequest = { body: {} };
  for (const key of ['body', 'files'] as const) {
    Object.defineProperty(ctx.request, key, {
      configurable: true,
      enumerable: true,
      get() {
        if (!isOver && ctx.state.route === undefined) {
          throw why();
        }
        return empty[key];
      },
      set: (value: unknown) => {
        Object.defineProperty(ctx.request, key, {
          value,
          configurable: true,
          enumerable: true,
          writable: true,
        });
      },
    });
  }
  return () => {
    isOver = true;
  };
}
