import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { BlockList } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { isReachable } from './public-address';

/** Why a URL could not be fetched; the sentence is for the person who asked for it. */
export class FetchRefused extends Error {
  override name = 'FetchRefused';
}

interface SafeFetchOptions {
  /** Strapi's fetch, or another one that takes undici's dispatcher. */
  fetch: (url: string, init: RequestInit & { dispatcher?: Dispatcher }) => Promise<Response>;
  /** Whether requests go through the project's proxy: then that one finds the address. */
  proxied: boolean;
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
 * Fetches a URL that a person gave, but nothing of this machine's own network: the address is
 * checked where the connection looks it up, so that no second answer of the name server can be
 * another one, and again for each redirect.
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
  const { fetch, proxied, signal } = options;
  try {
    return await fetch(url.href, {
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

/** Node's fetch hides what went wrong in the cause of its error. */
function reasonOf(error: unknown, url: URL): unknown {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  if (cause instanceof FetchRefused) {
    return new FetchRefused(`${cause.message}: ${url.href}`);
  }
  if (cause?.code === 'ENOTFOUND' || cause?.code === 'EAI_AGAIN') {
    return new FetchRefused(`Could not resolve hostname: ${url.hostname}`);
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

const BLOCKED = 'URL resolves to a blocked address';

/** A host that is an address itself is never looked up; `URL` has brought it to its plain form. */
function refuseLiteral(url: URL, asGiven: string, allowed: BlockList): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !isReachable(host, allowed)) {
    throw new FetchRefused(`${BLOCKED}: ${asGiven}`);
  }
}

function refuseFailure({ status, statusText }: Response, url: URL): void {
  if (status < 200 || status > 299) {
    const answer = `${status} ${statusText}`.trim();
    throw new FetchRefused(`Failed to fetch URL: ${url.href} (${answer})`);
  }
}

/** The lookup of a connection, which finds reachable addresses only. */
function lookupReachable(allowed: BlockList): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }).then(
      (found) => {
        const reachable = found.filter(({ address }) => isReachable(address, allowed));
        const [first] = reachable;
        if (!first) {
          callback(new FetchRefused(BLOCKED), []);
        } else if (options.all) {
          callback(null, reachable);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => callback(error, [])
    );
  };
}
