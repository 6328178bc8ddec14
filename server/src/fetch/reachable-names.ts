import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type BlockList, type LookupFunction } from 'node:net';
import { FetchRefused } from './fetch-refused';
import { isReachable } from './public-address';

const BLOCKED = 'URL resolves to a blocked address';

/**
 * Refuses a URL whose host is an unreachable IP address. Such a host needs no lookup, so the check in the lookup would
 * not see it.
 *
 * @param url its host has the normal form of an address, since `URL` has parsed it
 * @param asGiven the URL as the client sent it
 * @throws FetchRefused
 */
export function refuseLiteral(url: URL, asGiven: string, allowed: BlockList): void {
  const host = hostOf(url);
  if (isIP(host) && !isReachable(host, allowed)) {
    throw new FetchRefused(`${BLOCKED}: ${asGiven}`);
  }
}

/**
 * Looks up the host name of a URL before a request whose connection is made elsewhere (by a proxy or the project's own
 * function). The connection may use any of the addresses, so one unreachable address is enough for a refusal.
 *
 * @param mustExist whether to refuse a name that is not found
 * @throws FetchRefused; the signal's reason if the lookup is aborted
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

/** Returns a lookup function for connections. The function returns only reachable addresses. */
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

/**
 * Waits for a lookup, but no longer than until the signal is aborted. A lookup cannot be cancelled, so its later result
 * is ignored.
 */
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
