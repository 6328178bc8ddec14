import type { SignedThing, UrlSigner } from '../signing/url-signer';
import { BadQuery, readQuery, type Asked } from './asked';

const PURPOSE = 'variant';

/** Parameters of a signature, in their order. */
const SIGNATURE = /(?:^|&)(?<signature>(?:expires=\d{1,12}&)?kid=[\w-]+&sig=[\w-]{43})(?:&|$)/;

/** Signs the exact values of a variant, which are then not rounded. */
export class VariantSignatures {
  /** @param signer null if there is no secret to sign with */
  constructor(private readonly signer: UrlSigner | null) {}

  /**
   * Returns the query of a variant, with a signature.
   *
   * @param url of the stored object, as in the database
   * @param life seconds until the signature ends; without it, it ends only with its key
   * @throws Error if there is no secret to sign with
   */
  sign(url: string, values: Asked, life?: number): string {
    if (!this.signer) {
      throw new Error(
        'There is no secret for signing URLs. Set app.keys in config/server, or private.keys in the upload configuration.'
      );
    }
    const thing = thingOf(url, values);
    const signature =
      life === undefined ? this.signer.signLasting(thing) : this.signer.sign(thing, life);
    return [queryOf(values), signature].filter(Boolean).join('&');
  }

  /**
   * Whether the values of a query are signed.
   *
   * @throws BadQuery if the query has a signature that is wrong or expired
   */
  isSigned(url: string, query: string, values: Asked): boolean {
    if (!/(^|&)sig=/.test(query)) {
      return false;
    }
    const signature = SIGNATURE.exec(query)?.groups?.signature ?? '';
    if (!this.signer?.verifyLasting(signature, thingOf(url, values))) {
      throw new BadQuery('The signature of this URL is not valid or expired.');
    }
    return true;
  }

  /** Seconds for which a signed variant of a private object can be read; null if its signature is not valid. */
  secondsLeft(url: string, query: string): number | null {
    const signature = SIGNATURE.exec(query)?.groups?.signature ?? '';
    const values = valuesIn(query);
    return values && (this.signer?.verify(signature, thingOf(url, values)) ?? null);
  }
}

/** The values in a query; null if they are wrong, or those of a preset, which are never signed. */
function valuesIn(query: string): Asked | null {
  try {
    const { values, preset } = readQuery(query) ?? { values: {} };
    return preset === undefined ? values : null;
  } catch (error) {
    if (error instanceof BadQuery) {
      return null;
    }
    throw error;
  }
}

/** The values as a query, in a fixed order, so that a variant has one spelling. */
export const queryOf = (values: Asked): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .sort()
    .join('&');

const thingOf = (url: string, values: Asked): SignedThing => ({
  purpose: PURPOSE,
  subject: JSON.stringify([url, queryOf(values)]),
});
