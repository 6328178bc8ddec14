'use strict';

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      // file-type is an ES module, so its dynamic import must not be compiled to `require`.
      module: { type: 'commonjs', ignoreDynamic: true },
    },
  ],
};

/** Makes a template with which test servers start faster. */
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

/** `unit` tests the sources. All others test the built plugin inside real Strapi servers. */
module.exports = {
  projects: [
    suite('unit', 180),
    suite('api', 180, {
      globalSetup: TEMPLATE,
      testEnvironment: '<rootDir>/tests/support/shared/environment.ts',
    }),
    // The system's Chromium and Firefox with the built plugin in the playground.
    suite('e2e', 180, { globalSetup: '<rootDir>/tests/e2e/prepare.ts' }),
    // The documentation: its links, its page of settings, and its examples inside one real server and Chromium.
    suite('docs', 180, { globalSetup: TEMPLATE }),
    // Links of files to entries, on each available kind of database.
    suite('links', 180, { globalSetup: TEMPLATE }),
    // Kills servers, and checks the order of syncs and commits, on which safety after a power cut depends.
    suite('faults', 900, { globalSetup: TEMPLATE }),
    // Several instances of a project, on each available kind of database.
    suite('databases', 300, { globalSetup: TEMPLATE }),
    // A real S3 server: the one that S3_ENDPOINT names, or one that the tests start.
    suite('s3', 180, {
      globalSetup: '<rootDir>/tests/s3/start-server.ts',
      globalTeardown: '<rootDir>/tests/s3/stop-server.ts',
    }),
    // The same requests to the built-in plugin and to this plugin. Without a template, because Strapi stores more at
    // its second start than at its first, and the built-in has no template.
    suite('parity', 180),
    // Other parts of Strapi that use the upload plugin.
    suite('neighbours', 180, { globalSetup: TEMPLATE }),
    // Checks with exiftool which metadata stored images still have after exiftool had written all tags that it can.
    suite('metadata', 120, { globalSetup: TEMPLATE }),
    // Checks what thousands of requests leave in a server. SOAK=short sends fewer requests.
    suite('soak', 3600, { globalSetup: TEMPLATE }),
  ],
  reporters: ['default', '<rootDir>/tests/support/seconds-per-file.js'],
};
