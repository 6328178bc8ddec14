/** Sets the timeout of a suite's tests and hooks, which `jest.config.js` names. */
jest.setTimeout((globalThis as unknown as { TEST_SECONDS: number }).TEST_SECONDS * 1000);
