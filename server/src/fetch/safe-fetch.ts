import type { BlockList } from 'node:net';
import { Agent } from 'undici';
import type { ProjectFetch } from './project-fetch';
import { FetchRefused } from './fetch-refused';
import { lookupReachable, nameNotFound, refuseLiteral, refuseName } from './reachable-names';

interface SafeFetchOptions {
  /** The function that sends the requests, and what is known about it. */
  through: ProjectFetch;
  /** Whether only the proxy can look up names. The proxy must then refuse the names of its own network. */
  proxyResolves: boolean;
  /** Networks that are reachable although they are not public. */
  allowed: BlockList;
  /** A signal that aborts the request, and also the reading of the body. */
  signal: AbortSignal;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Timeouts in ms: to connect, to receive the headers, and between two chunks of the body. */
const PATIENCE = 15_000;

/** A response, and a function that releases its connection. */
export interface Fetched {
  url: URL;
  response: Response;
  close(): Promise<void>;
}

/**
 * Fetches a URL that a user gave, but nothing from this machine's own network. If this server makes the connection, the
 * address is checked in the connection's lookup, so that a second answer of the name server cannot bypass the check. If
 * a proxy or the project's own function makes the connection, the name is looked up before. Each redirect is checked
 * again.
 *
 * @throws FetchRefused if the URL is not http(s), is not reachable, or answers with an error
 */
export async function safeFetch(raw: string, options: SafeFetchOptions): Promise<Fetched> {
  const agent = new Agent({
    connect: { lookup: lookupReachable(options.allowed), timeout: PATIENCE },
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
  });
  const close = () => agent.destroy();
  try {
    let url = parseUrl(raw);
    for (let hops = 0; ; hops += 1) {
      refuseLiteral(url, hops === 0 ? raw : url.href, options.allowed);
      const response = await request(url, agent, options);
      const location = response.headers.get('location');
      if (!REDIRECTS.has(response.status) || !location) {
        refuseFailure(response, url);
        return { url, response, close };
      }
      await response.body?.cancel();
      if (hops === MOST_REDIRECTS) {
        throw new FetchRefused(`Too many redirects: ${raw}`);
      }
      url = parseUrl(location, url);
    }
  } catch (error) {
    await close();
    throw error;
  }
}

async function request(url: URL, agent: Agent, options: SafeFetchOptions): Promise<Response> {
  const { through, proxyResolves, allowed, signal } = options;
  const { proxied, replaced } = through;
  try {
    if (proxied ? !proxyResolves : replaced) {
      // The project's own function also gets the agent, and it reports by itself that a name was not found.
      await refuseName(url, { allowed, mustExist: proxied, signal });
    }
    return await through.fetch(url.href, {
      redirect: 'manual',
      // Asks for uncompressed bytes. Compressed bytes could be a zip bomb, and their number would not be the size of
      // the file.
      headers: { 'accept-encoding': 'identity' },
      signal,
      ...(proxied ? {} : { dispatcher: agent }),
    });
  } catch (error) {
    throw reasonOf(error, url);
  }
}

/** Returns the real reason of a failed request. The platform's fetch puts the real error in `cause`. */
function reasonOf(error: unknown, url: URL): unknown {
  if (error instanceof FetchRefused) {
    return error;
  }
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  if (cause instanceof FetchRefused) {
    return new FetchRefused(`${cause.message}: ${url.href}`);
  }
  if (cause?.code === 'ENOTFOUND' || cause?.code === 'EAI_AGAIN') {
    return nameNotFound(url);
  }
  const what = cause?.code ?? (error as Error).name;
  return new FetchRefused(`Failed to fetch URL: ${url.href} (${what})`);
}

function parseUrl(raw: string, base?: URL): URL {
  if (!URL.canParse(raw, base?.href)) {
    throw new FetchRefused(`Invalid URL: ${raw}`);
  }
  const url = new URL(raw, base?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FetchRefused(`Invalid URL protocol. Only http and https are allowed: ${raw}`);
  }
  if (url.username || url.password) {
    throw new FetchRefused(`A URL with a user name or password cannot be fetched: ${url.host}`);
  }
  return url;
}

function refuseFailure({ status, statusText }: Response, url: URL): void {
  if (status < 200 || status > 299) {
    const answer = `${status} ${statusText}`.trim();
    throw new FetchRefused(`Failed to fetch URL: ${url.href} (${answer})`);
  }
}
