'use strict';

const { projects } = require('./jest.config');

/** The same requests to the built-in plugin and to ours. */
module.exports = {
  ...projects[0],
  displayName: 'parity',
  testMatch: ['<rootDir>/tests/parity/**/*.test.ts'],
  testTimeout: 60_000,
};
