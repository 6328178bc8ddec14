'use strict';

const { projects } = require('./jest.config');

/** Tests that kill servers and break what they stand on. */
module.exports = {
  ...projects[0],
  displayName: 'faults',
  testMatch: ['<rootDir>/tests/faults/**/*.test.ts'],
  testTimeout: 900_000,
};
