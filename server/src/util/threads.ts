import type { WorkerOptions } from 'node:worker_threads';

/**
 * Options with which each thread is started. The thread parses untrusted data, so it gets neither the process's
 * environment, which holds secrets, nor the modules that the process preloads (`--require`, `--import`).
 */
export const APART = { env: {}, execArgv: [] } satisfies WorkerOptions;
