import type { Server } from '../server';

/**
 * The server that test files without a configuration of their own share: in the state of a first start, whatever
 * the files before have done. It is for requests, and for changes of configuration, rows, files and services, which
 * are undone before the next file. Who ends or kills servers, or measures the memory of a process, starts one with
 * `startServer`.
 */
export const sharedServer = (): Promise<Server> =>
  (globalThis as unknown as { lendServer(): Promise<Server> }).lendServer();
