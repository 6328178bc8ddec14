import type { BlockList } from 'node:net';
import { Agent } from 'undici';
import type { ProjectFetch } from './project-fetch';
import { FetchRefused } from './fetch-refused';
import { lookupReachable, nameNotFound, refuseLiteral, refuseName } from './reachable-names';

interface SafeFetchOptions {
  /** Makes the requests. */
  through: ProjectFetch;
  /** Whether the proxy alone can look names up; then it must refuse those of its own network. */
  proxyResolves: boolean;
  /** Networks that are reachable although they are not public. */
  allowed: BlockList;
  /** Ends everything, the body too. */
  signal: AbortSignal;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** In ms: to connect, to the headers, and between two pieces of the body. */
const PATIENCE = 15_000;

/** A response, and how to let go of its connection. */
export interface Fetched {
  url: URL;
  response: Response;
  close(): Promise<void>;
}

/**
 * Fetches a URL that a person gave, but nothing of this machine's own network. Where this server
 * makes the connection, the address is checked in the connection's lookup, so that no second answer of the
 * name server can be another one. Where a proxy or a project's own function makes it, the name is looked up
 * before. Both again for each redirect.
 *
 * @throws FetchRefused for what is no reachable http(s) URL or answers with an error
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
      // A function of the project's own gets the agent and tells itself of a name that is not found.
      await refuseName(url, { allowed, mustExist: proxied, signal });
    }
    return await through.fetch(url.href, {
      redirect: 'manual',
      // Compressed bytes could be a bomb, and their length would not be the file's.
      headers: { 'accept-encoding': 'identity' },
      signal,
      ...(proxied ? {} : { dispatcher: agent }),
    });
  } catch (error) {
    throw reasonOf(error, url);
  }
}

/** The platform's fetch hides what went wrong in the cause of its error. */
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
