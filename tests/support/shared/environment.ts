import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { warmProcesses } from './warm-processes';
import { dropServer, lendServer } from './worker-server';

/**
 * jest's environment for test files that share a server, or start servers in processes that are used again. jest loads this
 * module once per worker, so the server and the processes stay between test files. After a test file that failed, they are
 * stopped, so that one failure does not cause others.
 */
export default class SharedServerEnvironment extends TestEnvironment {
  private hasFailed = false;

  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { lendServer, warmProcesses });
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
      await Promise.all([dropServer(), warmProcesses.drop()]);
    }
    await super.teardown();
  }
}
