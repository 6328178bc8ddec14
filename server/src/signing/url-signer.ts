import { createHmac, timingSafeEqual } from 'node:crypto';
import { LONGEST_LIFE } from '../config/private';

/** A secret that signs URLs. */
export interface SigningKey {
  /** Names it in the URLs: letters, digits, `-` and `_`. */
  id: string;
  secret: string | Buffer;
  /** Until when its signatures count, in ms since 1970; without it for ever. */
  until?: number | undefined;
}

/** What a signature is good for. */
export interface SignedThing {
  /** So that a signature made for one kind of request opens no other. */
  purpose: string;
  /** What is asked for; whatever it is, it is signed as it is here. */
  subject: string;
  /** The client's, where the signature is to be good for that one only. */
  address?: string | undefined;
}

/** Part of what is signed: another way of signing gets another one. */
const VERSION = 'strapi-upload/1';

/** By how much the clocks of two instances may differ, in seconds. */
const CLOCK_SKEW = 60;

/**
 * One way of writing a query, so that one signature has one URL: nothing twice, nothing more, no other
 * order. What `download` says changes nothing of who may read.
 */
const QUERY =
  /^expires=(?<expires>\d{1,12})&kid=(?<kid>[\w-]+)(?<bound>&bound=1)?&sig=(?<sig>[\w-]{43})(&download(=[^&]*)?)?$/;

/** Signs URLs with HMAC-SHA-256. The first of its keys signs, all of them verify. */
export class UrlSigner {
  /** @param now ms since 1970 */
  constructor(
    private readonly keys: readonly [SigningKey, ...SigningKey[]],
    private readonly now: () => number = Date.now
  ) {}

  /**
   * The query that opens a thing, for two thirds of `life` at least and `life` at most. It stays the same for
   * a third of it, so that clients can use their copies.
   *
   * @param life seconds
   */
  sign(thing: SignedThing, life: number): string {
    const [key] = this.keys;
    const step = Math.max(1, Math.floor(life / 3));
    const expires = String(Math.floor((this.now() / 1000 + life) / step) * step);
    const bound = thing.address === undefined ? '' : '&bound=1';
    return `expires=${expires}&kid=${key.id}${bound}&sig=${signature(key, thing, expires)}`;
  }

  /**
   * Whether a query opens a thing now.
   *
   * @param thing `address`: of the client that asks
   * @returns for how many seconds more; null where it does not
   */
  verify(query: string, { address = '', ...thing }: SignedThing): number | null {
    const { expires = '', kid, bound, sig = '' } = QUERY.exec(query)?.groups ?? {};
    const key = this.keys.find(({ id }) => id === kid);
    if (!key || (key.until !== undefined && key.until <= this.now())) {
      return null;
    }
    const expected = signature(key, bound ? { ...thing, address } : thing, expires);
    if (!timingSafeEqual(Buffer.from(sig), Buffer.from(expected))) {
      return null;
    }
    const left = Number(expires) - this.now() / 1000;
    return left > 0 && left <= LONGEST_LIFE + CLOCK_SKEW ? left : null;
  }
}

/** In base64url, always 43 characters. */
function signature(key: SigningKey, thing: SignedThing, expires: string): string {
  const { purpose, subject, address = null } = thing;
  // As JSON, so that no part can run into the next one.
  const signed = JSON.stringify([VERSION, purpose, key.id, subject, expires, address]);
  return createHmac('sha256', key.secret).update(signed).digest('base64url');
}
