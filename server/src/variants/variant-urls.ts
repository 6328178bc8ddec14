import { keyAt, storedUrl } from '../storage/local-url';
import { BadQuery, readQuery, type Asked } from './asked';
import { queryOf, type VariantSignatures } from './signatures';

/** The columns of a file, or of one of its sizes, that its URLs need. */
export interface UrlFile {
  url: string;
  hash?: string | null | undefined;
  ext?: string | null | undefined;
  updatedAt?: string | number | Date | null | undefined;
}

/** The variant that a URL shall name. */
export interface UrlOptions extends Asked {
  /**
   * Seconds until the URL ends. Without it, a URL ends only if its signing key is removed; that of a private file ends
   * after `private.expiresIn`.
   */
  expires?: number | undefined;
}

interface VariantUrlsDeps {
  signatures: VariantSignatures;
  /** Origin of a CDN; undefined for relative URLs. */
  baseUrl(): string | undefined;
  /** Seconds for which URLs of private files are valid. */
  privateLife(): number;
}

/** Makes signed URLs of variants, whose values are not rounded. */
export class VariantUrls {
  constructor(private readonly deps: VariantUrlsDeps) {}

  /**
   * Returns the URL of a variant.
   *
   * @throws BadQuery for values that no variant can have; Error if the file has no URL of this server, or there is no
   *   secret to sign with
   */
  url(file: UrlFile, { expires, ...values }: UrlOptions): string {
    const { signatures, baseUrl, privateLife } = this.deps;
    const object = objectOf(file);
    const checked = readQuery(queryOf(values))?.values ?? {};
    if (expires !== undefined && !(expires >= 1)) {
      throw new BadQuery(`"expires" is ${String(expires)}; allowed: a number of seconds from 1.`);
    }
    const life = expires ?? (object.isPrivate ? privateLife() : undefined);
    const bare = storedUrl(object.key, object.isPrivate);
    const query = [signatures.sign(bare, checked, life), versionOf(file)];
    return `${baseUrl() ?? ''}${bare}?${query.filter(Boolean).join('&')}`;
  }
}

function objectOf({ url, hash, ext }: UrlFile): { key: string; isPrivate: boolean } {
  const [bare = ''] = url.split('?');
  const local = keyAt(bare);
  if (local) {
    return local;
  }
  if (!hash) {
    throw new Error('The URL of a variant needs the columns "hash" and "ext" of the file.');
  }
  return { key: `${hash}${ext ?? ''}`, isPrivate: false };
}

/** The parameter `v`, which changes with the file. */
function versionOf({ updatedAt }: UrlFile): string {
  const time = updatedAt == null ? NaN : new Date(updatedAt).getTime();
  return Number.isNaN(time) ? '' : `v=${time.toString(36)}`;
}
