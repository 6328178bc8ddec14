import type { Core } from '@strapi/strapi';
import { fetch as undiciFetch } from 'undici';

/**
 * Type of the platform's `fetch`, with an additional `dispatcher`, which makes the connections. It is an object of
 * undici, whose types differ between its major versions.
 */
export type Fetch = (
  url: string,
  init: Omit<RequestInit, 'dispatcher'> & { dispatcher?: object | undefined }
) => Promise<Response>;

/** How this project sends requests to other servers. */
export interface ProjectFetch {
  fetch: Fetch;
  /** Whether requests go through the project's proxy. */
  proxied: boolean;
  /** Whether the project has replaced `strapi.fetch`. */
  replaced: boolean;
}

const strapisOwn = new WeakMap<Core.Strapi, Core.Strapi['fetch']>();

/** Remembers Strapi's own `fetch`. Call it before code of the project can have replaced that function. */
export function rememberFetch(strapi: Core.Strapi): void {
  strapisOwn.set(strapi, strapi.fetch);
}

/**
 * Does what `strapi.fetch` does, on every version of Node.js. Strapi's own function passes its dispatcher to Node's
 * global fetch, which accepts only dispatchers of its own major version of undici. On Node 26, requests through a proxy
 * therefore fail in Strapi 5.54. So this function calls undici's own fetch if there is a dispatcher. A function with
 * which the project has replaced Strapi's is called unchanged.
 */
export function projectFetch(strapi: Core.Strapi): ProjectFetch {
  const current = strapi.fetch;
  const proxy = current.dispatcher as object | undefined;
  const replaced = strapisOwn.get(strapi) !== current;
  return {
    replaced,
    proxied: proxy !== undefined || isProxyConfigured(strapi),
    fetch(url, init) {
      const dispatcher = init.dispatcher ?? proxy;
      return replaced || dispatcher === undefined
        ? current(url, init as RequestInit)
        : fetchWith(url, { ...init, dispatcher });
    },
  };
}

/** Reads the proxy settings that Strapi's own fetch uses (Strapi 5.54). */
const isProxyConfigured = ({ config }: Core.Strapi): boolean =>
  Boolean(config.get('server.proxy.fetch') || config.get('server.proxy.global'));

/** The cast is needed because undici's types declare the platform's types a second time. */
const fetchWith = undiciFetch as unknown as Fetch;
