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

/** jest runs this file before a suite. It makes a template of a project, with which test servers start faster. */
const TEMPLATE = '<rootDir>/tests/support/template/prepare.ts';

/** Settings of suites whose servers run in processes that have run others, unless a test asks for a new process. */
const WARM = {
  globalSetup: TEMPLATE,
  testEnvironment: '<rootDir>/tests/support/shared/environment.ts',
};

/**
 * Returns jest's settings of a suite.
 *
 * @param name name of the suite and of its folder in `tests`
 * @param seconds timeout of each test and each hook of the suite. A setup file sets it, because jest ignores the
 *   `testTimeout` of a single suite.
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

/** The suite `unit` tests the sources. All other suites test the built plugin inside real Strapi servers. */
module.exports = {
  projects: [
    suite('unit', 180),
    suite('api', 180, WARM),
    // Tests the built plugin in the playground, with the Chromium and the Firefox of the system.
    suite('e2e', 180, { globalSetup: '<rootDir>/tests/e2e/prepare.ts' }),
    // Tests the documentation: its links, its page of settings, and its examples inside one real server and Chromium.
    suite('docs', 180, WARM),
    // Tests the links of files to entries, on each available kind of database.
    suite('links', 180, WARM),
    // Kills servers, and checks the order of syncs and commits, on which safety after a power cut depends.
    suite('faults', 900, { globalSetup: TEMPLATE }),
    // Tests several instances of a project, on each available kind of database.
    suite('databases', 300, WARM),
    // Tests the storage on a real S3 server: the server that S3_ENDPOINT names, or one that the tests start.
    suite('s3', 180, {
      globalSetup: '<rootDir>/tests/s3/start-server.ts',
      globalTeardown: '<rootDir>/tests/s3/stop-server.ts',
    }),
    // Sends the same requests to the built-in plugin and to this plugin, and compares the results. This suite has no
    // template, because Strapi stores more at its second start than at its first, and the built-in has no template.
    suite('parity', 180),
    // Tests other parts of Strapi that use the upload plugin.
    suite('neighbours', 180, WARM),
    // Checks with exiftool which metadata stored images still have. Before the upload, exiftool has written all tags
    // that it can write.
    suite('metadata', 120, WARM),
    // Checks what remains in a server after thousands of requests. SOAK=short sends fewer requests.
    suite('soak', 3600, { globalSetup: TEMPLATE }),
  ],
  reporters: ['default', '<rootDir>/tests/support/seconds-per-file.js'],
};
