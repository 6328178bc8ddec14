import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { dropServer, lendServer } from './worker-server';

/**
 * jest's environment for test files that share a server: it is this module that is kept between them. Behind a file
 * that failed no other gets the server, so that no failure leads to a second one.
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
