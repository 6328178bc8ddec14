import type { Context } from 'koa';
import type { FormRequest } from './form-files';

/**
 * Protects an unread form from code that reads it too early. Until the request has reached its route, `body` and
 * `files` throw, since code that saw an empty form would accept everything. After that they are empty, since
 * loggers and error reporters read them when a request was refused. Code may set both at any time.
 *
 * @param why creates the error that is thrown
 * @returns a function that ends the protection
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
