import { isPrivateUrl, privateKeyIn, UPLOADS } from '../storage/local-url';
import type { UrlSigner } from './url-signer';

interface PrivateFilesOptions {
  signer: UrlSigner;
  /** Longest time that a URL is valid, in seconds. */
  expiresIn: number;
  /** Address of the client that sent the current request; undefined if URLs are not bound to an address. */
  clientAddress(): string | undefined;
}

const PURPOSE = 'file';

/** Controls access to the private files of the local disk: anyone with a signed URL of a file may read that file. */
export class PrivateFiles {
  constructor(private readonly options: PrivateFilesOptions) {}

  /** Returns the URL for a response: signed for a private file, unchanged for any other file. */
  signed(url: string): string {
    if (!isPrivateUrl(url)) {
      return url;
    }
    const { signer, expiresIn, clientAddress } = this.options;
    const [bare = ''] = url.split('?');
    const subject = privateKeyIn(bare.slice(`/${UPLOADS}/`.length));
    if (subject === null) {
      return bare;
    }
    const thing = { purpose: PURPOSE, subject, address: clientAddress() };
    return `${bare}?${signer.sign(thing, expiresIn)}`;
  }

  /**
   * Whether a query contains a valid signature for an object.
   *
   * @param key of the object
   * @param client address of the client that sent the request
   * @returns seconds for which the signature stays valid; null if it is not valid
   */
  openFor(key: string, query: string, client: string): number | null {
    const thing = { purpose: PURPOSE, subject: key, address: plainAddress(client) };
    return this.options.signer.verify(query, thing);
  }
}

/**
 * Returns an address in a form that does not depend on how the server listens: an IPv4 address without the prefix of
 * IPv6.
 */
export const plainAddress = (address: string): string =>
  address.replace(/^::ffff:(?=[\d.]+$)/i, '');
