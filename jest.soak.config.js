'use strict';

const { projects } = require('./jest.config');

/** What thousands of requests leave in a server; `SOAK=short` gives each kind a few seconds. */
module.exports = {
  ...projects[0],
  displayName: 'soak',
  testMatch: ['<rootDir>/tests/soak/**/*.test.ts'],
  testTimeout: 1_800_000,
  verbose: true,
};
