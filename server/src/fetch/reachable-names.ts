import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type BlockList, type LookupFunction } from 'node:net';
import { FetchRefused } from './fetch-refused';
import { isReachable } from './public-address';

const BLOCKED = 'URL resolves to a blocked address';

/**
 * Refuses a URL whose host is an address itself, which no connection looks up.
 *
 * @param url `URL` has brought its host to the plain form of an address
 * @param asGiven the URL as its sender wrote it
 * @throws FetchRefused
 */
export function refuseLiteral(url: URL, asGiven: string, allowed: BlockList): void {
  const host = hostOf(url);
  if (isIP(host) && !isReachable(host, allowed)) {
    throw new FetchRefused(`${BLOCKED}: ${asGiven}`);
  }
}

/**
 * Looks the name of a URL up for a request whose connection this server does not make itself. Whoever
 * makes it may take any of the addresses: one that is not reachable is enough for a refusal.
 *
 * @param mustExist whether a name that is not found is refused
 * @throws FetchRefused; the signal's reason when that breaks the lookup off
 */
export async function refuseName(
  url: URL,
  { allowed, mustExist, signal }: { allowed: BlockList; mustExist: boolean; signal: AbortSignal }
): Promise<void> {
  const host = hostOf(url);
  if (isIP(host)) {
    return;
  }
  let found: LookupAddress[];
  try {
    found = await unlessAborted(lookup(host, { all: true }), signal);
  } catch (error) {
    if (signal.aborted || mustExist) {
      throw signal.aborted ? error : nameNotFound(url);
    }
    return;
  }
  if (!found.every(({ address }) => isReachable(address, allowed))) {
    throw new FetchRefused(`${BLOCKED}: ${url.href}`);
  }
}

/** The lookup of a connection, which finds reachable addresses only. */
export function lookupReachable(allowed: BlockList): LookupFunction {
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

export const nameNotFound = ({ hostname }: URL): FetchRefused =>
  new FetchRefused(`Could not resolve hostname: ${hostname}`);

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** A lookup cannot be broken off; its result is left to itself then. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) {
      give();
    }
    signal.addEventListener('abort', give, { once: true });
  });
  return Promise.race([work, aborted]);
}
