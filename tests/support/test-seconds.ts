/** Sets the timeout of a suite's tests and hooks to the number of seconds in `jest.config.js`. */
jest.setTimeout((globalThis as unknown as { TEST_SECONDS: number }).TEST_SECONDS * 1000);
