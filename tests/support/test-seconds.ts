/** Gives tests and hooks of a suite the time that `jest.config.js` names. */
jest.setTimeout((globalThis as unknown as { TEST_SECONDS: number }).TEST_SECONDS * 1000);
