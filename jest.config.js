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

const project = (name) => ({
  displayName: name,
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/tests/${name}/**/*.test.ts`],
  transform,
  modulePathIgnorePatterns: ['<rootDir>/.tmp/', '<rootDir>/dist/'],
});

/** `unit` runs on the sources; `api` on the built plugin inside real Strapi servers. */
module.exports = {
  projects: [project('unit'), project('api')],
  testTimeout: 60_000,
  // Each test of `api` waits for a server in a process of its own.
  maxWorkers: '100%',
};
