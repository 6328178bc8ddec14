'use strict';

const { announce } = require('./announce');
const { seed } = require('./seed');

module.exports = {
  /** Runs at every start, before the server listens. */
  async bootstrap({ strapi }) {
    if (process.env.PLAYGROUND_SEED !== 'false') {
      await seed(strapi);
    }
    strapi.server.httpServer.once('listening', () => announce(strapi));
  },
};
