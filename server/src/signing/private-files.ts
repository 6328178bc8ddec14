import { isPrivateUrl, privateKeyIn, UPLOADS } from '../storage/local-url';
import type { UrlSigner } from './url-signer';

interface PrivateFilesOptions {
  signer: UrlSigner;
  /** Seconds for which a URL is good at most. */
  expiresIn: number;
  /** Address of the client that is being answered; undefined where URLs are bound to none. */
  clientAddress(): string | undefined;
}

const PURPOSE = 'file';

/** Who may read the private files of the local disk: whoever has a URL that was signed for one. */
export class PrivateFiles {
  constructor(private readonly options: PrivateFilesOptions) {}

  /** A URL as it is answered: a private file's is signed, another one stays. */
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
   * Whether a query was signed for this object.
   *
   * @param key of the object
   * @param client address of the client that asks
   * @returns for how many seconds it is good; null where it is not
   */
  openFor(key: string, query: string, client: string): number | null {
    const thing = { purpose: PURPOSE, subject: key, address: plainAddress(client) };
    return this.options.signer.verify(query, thing);
  }
}

/** An address in the form that does not depend on how the server listens: IPv4 without the prefix of IPv6. */
export const plainAddress = (address: string): string =>
  address.replace(/^::ffff:(?=[\d.]+$)/i, '');
