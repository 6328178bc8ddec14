'use strict';

const { projects } = require('./jest.config');

/** Tests on each kind of database that there is, with several instances. */
module.exports = {
  ...projects[0],
  displayName: 'databases',
  testMatch: ['<rootDir>/tests/databases/**/*.test.ts'],
  testTimeout: 180_000,
  // Names each skipped database, too.
  verbose: true,
};
