'use strict';

const { projects } = require('./jest.config');

/**
 * Links of files to entries, on SQLite, and on PostgreSQL and MariaDB where TEST_POSTGRES_URL and
 * TEST_MARIADB_URL name servers.
 */
module.exports = {
  ...projects[0],
  displayName: 'links',
  testMatch: ['<rootDir>/tests/links/**/*.test.ts'],
  testTimeout: 60_000,
};
