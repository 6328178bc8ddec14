'use strict';

const { announce } = require('./announce');
const { seed } = require('./seed');
const { loginOf } = require('./seed/administrator');

module.exports = {
  /** Runs at every start, before the server listens. */
  async bootstrap({ strapi }) {
    if (process.env.PLAYGROUND_SEED !== 'false') {
      await seed(strapi);
    }
    const login = await loginOf(strapi);
    strapi.server.httpServer.once('listening', () => announce(strapi, login));
  },
};
