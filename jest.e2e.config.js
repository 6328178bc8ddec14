'use strict';

const { projects } = require('./jest.config');

/** Browser tests: Chromium and Firefox of the system against the built plugin in the playground. */
module.exports = {
  ...projects[0],
  displayName: 'e2e',
  testMatch: ['<rootDir>/tests/e2e/**/*.test.ts'],
  globalSetup: '<rootDir>/tests/e2e/build-admin-panel.ts',
  testTimeout: 180_000,
};
