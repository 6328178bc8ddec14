'use strict';

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      // file-type is an ES module: its dynamic import must stay one.
      module: { type: 'commonjs', ignoreDynamic: true },
    },
  ],
};

/** Keeps what servers need at their start, so that each start is shorter. */
const TEMPLATE = '<rootDir>/tests/support/template/prepare.ts';

/**
 * @param name of the suite and of its folder in `tests`
 * @param seconds that a test or a hook of it may take. jest reads `testTimeout` of the whole run only, so a setup
 *   file sets it.
 */
const suite = (name, seconds, options = {}) => ({
  displayName: name,
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/tests/${name}/**/*.test.ts`],
  transform,
  modulePathIgnorePatterns: ['<rootDir>/.tmp/', '<rootDir>/dist/'],
  globals: { TEST_SECONDS: seconds },
  setupFilesAfterEnv: ['<rootDir>/tests/support/test-seconds.ts'],
  ...options,
});

/** `unit` runs on the sources; all others on the built plugin inside real Strapi servers. */
module.exports = {
  projects: [
    suite('unit', 60),
    suite('api', 60, {
      globalSetup: TEMPLATE,
      testEnvironment: '<rootDir>/tests/support/shared/environment.ts',
    }),
    // Browsers: Chromium and Firefox of the system against the built plugin in the playground.
    suite('e2e', 180, { globalSetup: '<rootDir>/tests/e2e/prepare.ts' }),
    // The documentation: its links, its page of settings, and its examples inside one real server and Chromium.
    suite('docs', 180, { globalSetup: TEMPLATE }),
    // Links of files to entries, on each kind of database that there is.
    suite('links', 60, { globalSetup: TEMPLATE }),
    // Kills servers and breaks what they stand on.
    suite('faults', 900, { globalSetup: TEMPLATE }),
    // Each kind of database that there is, with several instances.
    suite('databases', 180, { globalSetup: TEMPLATE }),
    // A real S3 server: the one that S3_ENDPOINT names, or one that is started here.
    suite('s3', 120, {
      globalSetup: '<rootDir>/tests/s3/start-server.ts',
      globalTeardown: '<rootDir>/tests/s3/stop-server.ts',
    }),
    // The same requests to the built-in plugin and to ours. Without a template: at its second start Strapi stores
    // more than at its first, and the built-in has no template.
    suite('parity', 60),
    // Other parts of Strapi that talk to the upload plugin.
    suite('neighbours', 120, { globalSetup: TEMPLATE }),
    // What exiftool finds in stored pictures into which it had written all that it can.
    suite('metadata', 120, { globalSetup: TEMPLATE }),
    // What thousands of requests leave in a server; SOAK=short sends fewer of them.
    suite('soak', 3600, { globalSetup: TEMPLATE }),
  ],
  reporters: ['default', '<rootDir>/tests/support/seconds-per-file.js'],
};
