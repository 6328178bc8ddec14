import type { Core } from '@strapi/strapi';
import { announce } from './announce';
import { seed } from './seed';
import { loginOf } from './seed/administrator';

export default {
  /** Runs at every start, before the server listens. */
  async bootstrap({ strapi }: { strapi: Core.Strapi }) {
    if (process.env.PLAYGROUND_SEED !== 'false') {
      await seed(strapi);
    }
    const login = await loginOf(strapi);
    strapi.server.httpServer.once('listening', () => announce(strapi, login));
  },
};
