import { createHmac, timingSafeEqual } from 'node:crypto';
import { LONGEST_LIFE } from '../config/private';

/** A secret that signs URLs. */
export interface SigningKey {
  /** Identifies the key in URLs: letters, digits, `-` and `_`. */
  id: string;
  secret: string | Buffer;
  /** Time until which the signatures of this key are valid, in ms since 1970. Without it, they stay valid. */
  until?: number | undefined;
}

/** What a signature allows. */
export interface SignedThing {
  /** Kind of request. A signature for one kind is not valid for another kind. */
  purpose: string;
  /** The requested object. It is signed exactly as given here. */
  subject: string;
  /** Address of the client, if the signature shall be valid only for that client. */
  address?: string | undefined;
}

/** Version of the signing scheme. It is a part of the signed text. A changed scheme gets another version. */
const VERSION = 'strapi-upload/1';

/** Allowed difference between the clocks of two instances, in seconds. */
const CLOCK_SKEW = 60;

/**
 * The only accepted form of a query. No parameter may be repeated or added, and the order is fixed. So each signature
 * has exactly one URL. The value of `download` does not affect access.
 */
const QUERY =
  /^expires=(?<expires>\d{1,12})&kid=(?<kid>[\w-]+)(?<bound>&bound=1)?&sig=(?<sig>[\w-]{43})(&download(=[^&]*)?)?$/;

/** The only accepted form of a signature that may have no end. */
const LASTING = /^(?:expires=(?<expires>\d{1,12})&)?kid=(?<kid>[\w-]+)&sig=(?<sig>[\w-]{43})$/;

/** What is signed in place of the end of a signature that has none. */
const NO_END = '';

/** Signs URLs with HMAC-SHA-256. The first key signs, all keys verify. */
export class UrlSigner {
  /** @param now returns the time in ms since 1970 */
  constructor(
    private readonly keys: readonly [SigningKey, ...SigningKey[]],
    private readonly now: () => number = Date.now
  ) {}

  /**
   * Returns a query that gives access to a thing for at most `life`, and for at least two thirds of it. The query stays
   * the same for a third of `life`, so that clients can use their cached copies.
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

  /** Returns a query that names a thing for as long as its key is configured. */
  signLasting(thing: SignedThing): string {
    const [key] = this.keys;
    return `kid=${key.id}&sig=${signature(key, thing, NO_END)}`;
  }

  /** Whether a query of {@link signLasting}, or one of {@link sign} without an address, is valid for a thing now. */
  verifyLasting(query: string, thing: SignedThing): boolean {
    const { expires = NO_END, kid, sig = '' } = LASTING.exec(query)?.groups ?? {};
    const key = this.keyOf(kid);
    return (
      key !== undefined &&
      isEqual(sig, signature(key, thing, expires)) &&
      (expires === NO_END || Number(expires) > this.now() / 1000)
    );
  }

  /**
   * Whether a query gives access to a thing now.
   *
   * @param thing its `address` is the address of the requesting client
   * @returns seconds until access ends; null if there is none
   */
  verify(query: string, { address = '', ...thing }: SignedThing): number | null {
    const { expires = '', kid, bound, sig = '' } = QUERY.exec(query)?.groups ?? {};
    const key = this.keyOf(kid);
    if (!key || !isEqual(sig, signature(key, bound ? { ...thing, address } : thing, expires))) {
      return null;
    }
    const left = Number(expires) - this.now() / 1000;
    return left > 0 && left <= LONGEST_LIFE + CLOCK_SKEW ? left : null;
  }

  /** The key with an id, unless its time is over. */
  private keyOf(kid: string | undefined): SigningKey | undefined {
    const key = this.keys.find(({ id }) => id === kid);
    return key?.until !== undefined && key.until <= this.now() ? undefined : key;
  }
}

/** Compares two signatures. The time that this takes does not depend on where they differ. */
const isEqual = (sig: string, expected: string): boolean =>
  sig.length === expected.length && timingSafeEqual(Buffer.from(sig), Buffer.from(expected));

/** The signature in base64url, always 43 characters. */
function signature(key: SigningKey, thing: SignedThing, expires: string): string {
  const { purpose, subject, address = null } = thing;
  // The fields are signed as JSON, so that they cannot be confused with each other.
  const signed = JSON.stringify([VERSION, purpose, key.id, subject, expires, address]);
  return createHmac('sha256', key.secret).update(signed).digest('base64url');
}
