import type { Stats } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Context } from 'koa';

/**
 * Answers a GET or HEAD of a name below `/uploads/`, decoded.
 *
 * @returns false where nothing is answered: there is no such file, or none that may be served
 */
export type ServeFile = (ctx: Context, name: string) => Promise<boolean>;

/** Of the built-in's `providerOptions.localServer`: sets any further header. */
export type ProjectHeaders = (res: ServerResponse, path: string, stats: Stats) => void;
