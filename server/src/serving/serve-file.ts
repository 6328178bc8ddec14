import type { Stats } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Context } from 'koa';

/**
 * Answers a GET or HEAD for a decoded name below `/uploads/`.
 *
 * @returns false if the file does not exist or may not be served; the response is not changed then
 */
export type ServeFile = (ctx: Context, name: string) => Promise<boolean>;

/** Type of `setHeaders` in the built-in's `providerOptions.localServer`. Sets additional headers. */
export type ProjectHeaders = (res: ServerResponse, path: string, stats: Stats) => void;
