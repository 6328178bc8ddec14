import { keyAt, storedUrl } from '../storage/local-url';
import { LONGEST_LIFE } from '../config/private';
import { keyOf } from '../storage/port';
import { BadQuery, readQuery, type Asked } from './asked';
import { queryOf, type VariantSignatures } from './signatures';
import type { ObjectKey } from './sources/source-rows';

/** The columns of a file, or of one of its sizes, that its URLs need. */
export interface UrlFile {
  url: string;
  hash?: string | null | undefined;
  ext?: string | null | undefined;
  /** Name of the provider; without it, the file is taken for one of the project's provider. */
  provider?: string | null | undefined;
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
  /** Whether files of a provider are private there; of the project's own provider if none is named. */
  isClosed(provider: string | null | undefined): boolean;
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
    const { signatures, baseUrl, privateLife, isClosed } = this.deps;
    const object = objectOf(file);
    const isPrivate = object.isPrivate || (object.isRemote && isClosed(file.provider));
    const checked = readQuery(queryOf(values))?.values ?? {};
    if (expires !== undefined && !(expires >= 1)) {
      throw new BadQuery(`"expires" is ${String(expires)}; allowed: a number of seconds from 1.`);
    }
    if (isPrivate && expires !== undefined && expires > LONGEST_LIFE) {
      throw new BadQuery(
        `"expires" is ${expires}; allowed for private files: at most ${LONGEST_LIFE}.`
      );
    }
    const life = expires ?? (isPrivate ? privateLife() : undefined);
    const bare = storedUrl(object.key, object.isPrivate);
    // The signature of a file that is private at its provider never opens a public file of the same name.
    const signed = signatures.sign(storedUrl(object.key, isPrivate), checked, life);
    const query = [signed, versionOf(file)];
    return `${baseUrl() ?? ''}${bare}?${query.filter(Boolean).join('&')}`;
  }
}

function objectOf({ url, hash, ext }: UrlFile): ObjectKey & { isRemote: boolean } {
  const [bare = ''] = url.split('?');
  const local = keyAt(bare);
  if (local) {
    return { ...local, isRemote: false };
  }
  if (!hash) {
    throw new Error('The URL of a variant needs the columns "hash" and "ext" of the file.');
  }
  return { key: keyOf({ hash, ext: ext ?? '' }), isPrivate: false, isRemote: true };
}

/** The parameter `v`, which changes with the file. */
function versionOf({ updatedAt }: UrlFile): string {
  const time = updatedAt == null ? NaN : new Date(updatedAt).getTime();
  return Number.isNaN(time) ? '' : `v=${time.toString(36)}`;
}
