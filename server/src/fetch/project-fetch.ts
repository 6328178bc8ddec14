import type { Core } from '@strapi/strapi';
import { fetch as undiciFetch } from 'undici';

/**
 * As the platform's. `dispatcher` makes the connections: one of undici, whose types differ between its
 * major versions.
 */
export type Fetch = (
  url: string,
  init: Omit<RequestInit, 'dispatcher'> & { dispatcher?: object | undefined }
) => Promise<Response>;

/** The way of this project's requests to other servers. */
export interface ProjectFetch {
  fetch: Fetch;
  /** Whether requests go through the project's proxy. */
  proxied: boolean;
  /** Whether the project put a function of its own in the place of Strapi's. */
  replaced: boolean;
}

const strapisOwn = new WeakMap<Core.Strapi, Core.Strapi['fetch']>();

/** Notes Strapi's own `fetch`; to be called before a project's code can have replaced it. */
export function rememberFetch(strapi: Core.Strapi): void {
  strapisOwn.set(strapi, strapi.fetch);
}

/**
 * What `strapi.fetch` does, on every version of Node.js. Strapi's own hands its dispatcher to Node's
 * global fetch, which takes only those of its own major version of undici: on Node 26 requests through a
 * proxy fail in Strapi 5.54. With a dispatcher undici's own fetch is called instead. A function that
 * the project put there is called as it is.
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

/** The settings that Strapi's own fetch reads (Strapi 5.54). */
const isProxyConfigured = ({ config }: Core.Strapi): boolean =>
  Boolean(config.get('server.proxy.fetch') || config.get('server.proxy.global'));

/** The package's types describe the platform's a second time. */
const fetchWith = undiciFetch as unknown as Fetch;
