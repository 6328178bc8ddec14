import type { UploadConfig } from '../config';

/** A year in seconds, the longest time that clients support. */
const YEAR = 31_536_000;

/** The cache settings in `providerOptions.localServer`, as in the built-in. */
interface CacheOptions {
  /** How long a client may use its copy without asking again, in ms. */
  maxage?: number;
  /** Another name for `maxage`: koa-send, which the built-in uses, accepts both names. */
  maxAge?: number;
  /** Whether the file at a URL never changes. Together with `maxage`, clients do not ask again even on a reload. */
  immutable?: boolean;
}

/**
 * Value of Cache-Control. `serving.cacheControl` takes precedence, then `providerOptions.localServer`, as in the
 * built-in. Otherwise the value depends on `replace.url`: if a replaced file gets a new URL, clients may keep a copy
 * without asking again (RFC 8246). If not, clients must ask each time.
 */
export function cacheControlOf({ serving, providerOptions, replace }: UploadConfig): string {
  const options = (providerOptions.localServer ?? {}) as CacheOptions;
  const { immutable } = options;
  // If `maxage` is 0 and `maxAge` is set, koa-send uses `maxAge`.
  const maxage = options.maxage || (options.maxAge ?? options.maxage);
  if (serving.cacheControl !== undefined) {
    return serving.cacheControl;
  }
  if (maxage === undefined && immutable === undefined && replace.url === 'versioned') {
    return `max-age=${YEAR}, immutable`;
  }
  return `max-age=${Math.floor((maxage ?? 0) / 1000)}${immutable ? ', immutable' : ''}`;
}
