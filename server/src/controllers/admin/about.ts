import type { Context } from 'koa';
import { version } from '../../../../package.json';

/** Who answers the Media Library's requests. */
export default () => ({
  /** The built-in plugin has no such route: its 404 tells the admin panel that it is not us. */
  find(ctx: Context) {
    ctx.body = { version };
  },
});
