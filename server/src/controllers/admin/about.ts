import type { Context } from 'koa';
import { version } from '../../../../package.json';

/** Tells the admin panel which plugin answers its requests. */
export default () => ({
  /** The built-in plugin has no such route. A 404 tells the admin panel that this plugin is not in use. */
  find(ctx: Context) {
    ctx.body = { version };
  },
});
