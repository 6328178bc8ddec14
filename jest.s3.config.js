'use strict';

const { projects } = require('./jest.config');

/** Tests against a real S3 server: the one that S3_ENDPOINT names, or one that is started here. */
module.exports = {
  ...projects[0],
  displayName: 's3',
  testMatch: ['<rootDir>/tests/s3/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/s3/start-server.ts',
  globalTeardown: '<rootDir>/tests/s3/stop-server.ts',
  testTimeout: 120_000,
};
