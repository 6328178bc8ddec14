import type { WorkerOptions } from 'node:worker_threads';

/**
 * How each thread is started: it reads what strangers sent, so it gets neither the process's environment, which
 * holds secrets, nor what the process preloads (`--require`, `--import`).
 */
export const APART = { env: {}, execArgv: [] } satisfies WorkerOptions;
