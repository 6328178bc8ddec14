'use strict';

const { projects } = require('./jest.config');

/** Other parts of Strapi that talk to the upload plugin. */
module.exports = {
  ...projects[0],
  displayName: 'neighbours',
  testMatch: ['<rootDir>/tests/neighbours/**/*.test.ts'],
  testTimeout: 120_000,
};
