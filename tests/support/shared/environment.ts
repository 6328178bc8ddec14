import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { dropServer, lendServer } from './worker-server';

/**
 * jest's environment for test files that share a server. jest loads this module once per worker, so the server stays
 * between test files. After a test file that failed, the server is stopped, so that one failure does not cause others.
 */
export default class SharedServerEnvironment extends TestEnvironment {
  private hasFailed = false;

  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { lendServer });
  }

  async handleTestEvent(event: Circus.Event): Promise<void> {
    if (
      event.name === 'test_fn_failure' ||
      event.name === 'hook_failure' ||
      event.name === 'error'
    ) {
      this.hasFailed = true;
    }
  }

  override async teardown(): Promise<void> {
    if (this.hasFailed) {
      await dropServer();
    }
    await super.teardown();
  }
}
