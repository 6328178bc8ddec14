import type { UploadConfig } from '../config';

/** Seconds: the longest that clients make something of. */
const YEAR = 31_536_000;

/** The built-in's `providerOptions.localServer`, as far as caches are concerned. */
interface CacheOptions {
  /** How long a client may use its copy without asking, in ms. */
  maxage?: number;
  /** The same: koa-send, which the built-in serves with, takes both. */
  maxAge?: number;
  /** The copy never changes: with `maxage`, clients do not even ask when they reload. */
  immutable?: boolean;
}

/**
 * Value of Cache-Control: `serving.cacheControl`, else what `providerOptions.localServer` says as with the
 * built-in; else for ever where a replaced file gets a new URL (RFC 8246), and else "ask each time".
 */
export function cacheControlOf({ serving, providerOptions, replace }: UploadConfig): string {
  const options = (providerOptions.localServer ?? {}) as CacheOptions;
  const { immutable } = options;
  // koa-send passes over a zero for the other spelling.
  const maxage = options.maxage || (options.maxAge ?? options.maxage);
  if (serving.cacheControl !== undefined) {
    return serving.cacheControl;
  }
  if (maxage === undefined && immutable === undefined && replace.url === 'versioned') {
    return `max-age=${YEAR}, immutable`;
  }
  return `max-age=${Math.floor((maxage ?? 0) / 1000)}${immutable ? ', immutable' : ''}`;
}
