import { flatFile, isTransformable, type FileInput, type ImageFile } from './file';

/** How an image fills the box of `width` and `height`. `cover` crops it around its focal point. */
export type Fit = 'cover' | 'contain' | 'inside' | 'outside';

/** Format of a variant. With `auto`, the server chooses one that the request's header Accept names. */
export type Format = 'auto' | 'avif' | 'webp' | 'jpg' | 'png';

/** A variant of an image. The server uses its default for each option that is left out. */
export interface VariantOptions {
  /**
   * Address of the Strapi server, such as `https://cms.example.com`. It comes before relative URLs. Images of storage
   * providers that are not the local disk need it.
   */
  baseUrl?: string | undefined;
  /** Width in pixels. */
  width?: number | undefined;
  /** Height in pixels. */
  height?: number | undefined;
  /** Width divided by height. It determines the height that belongs to `width`, or the width that belongs to `height`. */
  aspectRatio?: number | undefined;
  fit?: Fit | undefined;
  /** From 1 to 100. */
  quality?: number | undefined;
  format?: Format | undefined;
  /** Whether an image that is smaller than the box keeps its size. The server's default is true. */
  withoutEnlargement?: boolean | undefined;
  /** Name of a preset of the server's configuration. The server refuses other values beside a preset. */
  preset?: string | undefined;
}

type Values = Record<string, string | number | boolean | null | undefined>;

/** Scheme and host of an absolute URL. */
const ORIGIN = /^(?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*/i;
const UPLOADS = '/uploads/';

/** A length in pixels that the server accepts. */
export const pixels = (length: number): number => Math.max(1, Math.round(length));

/**
 * Returns the URL of an image, or of a variant of it. Equal options always give the same URL, since the parameters are in
 * alphabetical order. The query of the file's own URL, such as a signature, stays as it is in front of them. `v` changes
 * when the file changes: it is the time of `updatedAt`. It is left out if this column is not there. Behind a query of the
 * file's own, it comes only together with other parameters.
 *
 * The URL stays as it is if the server makes no variants of the file: SVG, anything that is no image, and files that
 * a provider other than the local disk has signed.
 *
 * @throws Error if the file lacks `url`; or if a file that is not below `/uploads/` lacks `hash` or `ext`, or has no
 *   `baseUrl`. The message names what is missing
 */
export function imageUrl(input: FileInput, options: VariantOptions = {}): string {
  const file = flatFile(input);
  const { fit, format, quality, withoutEnlargement, preset, aspectRatio } = options;
  let { width, height } = options;
  if (aspectRatio) {
    height = width ? pixels(width / aspectRatio) : height;
    width ??= height && pixels(height * aspectRatio);
  }
  const values = { fit, format, height, key: preset, quality, width, withoutEnlargement };
  const asksNothing = queryOf(values) === '';
  const isElsewhere = options.baseUrl == null && !isServed(file, options.baseUrl);
  if (!hasVariants(file, options) || (asksNothing && isElsewhere)) {
    return ownAddress(file, options.baseUrl);
  }
  const address = serverAddress(file, options.baseUrl);
  const hasQuery = address.includes('?');
  const query = hasQuery && asksNothing ? '' : queryOf({ ...values, v: versionOf(file) });
  return address + (query && (hasQuery ? '&' : '?')) + query;
}

/** Whether the server makes variants of a file. It makes none of a file with a signature that is not the server's. */
export const hasVariants = (file: ImageFile, { baseUrl }: VariantOptions): boolean =>
  isTransformable(file) && (!file.isUrlSigned || isServed(file, baseUrl));

/** Parameters in alphabetical order. Values that are not given are left out. */
const queryOf = (values: Values): string =>
  Object.keys(values)
    .sort()
    .filter((name) => values[name] != null)
    .map((name) => `${name}=${encodeURIComponent(values[name] as string)}`)
    .join('&');

/** Time of the last change, in base 36. It is undefined if the file's answer does not contain it. */
const versionOf = ({ updatedAt }: ImageFile): string | undefined => {
  const time = updatedAt == null ? NaN : +new Date(updatedAt);
  return time >= 0 ? time.toString(36) : undefined;
};

/** Whether the Strapi server, or a CDN in front of it, serves the file under the file's own URL. */
function isServed({ url, provider }: ImageFile, baseUrl: string | undefined): boolean {
  const address = url ?? '';
  const origin = ORIGIN.exec(address)?.[0] ?? '';
  return (
    address.startsWith(withoutSlash(baseUrl) + UPLOADS) ||
    // A bucket can have a folder of the same name, so the provider decides if it is known.
    (address.startsWith(UPLOADS, origin.length) &&
      (!origin || baseUrl == null || (provider ?? 'local') === 'local'))
  );
}

const withoutSlash = (baseUrl = ''): string =>
  baseUrl.endsWith('/') ? baseUrl.slice(0, -1) : baseUrl;

/** The file's own URL, behind `baseUrl` if it is relative. A blank is encoded, since it would end the URL in a srcset. */
function ownAddress({ url }: ImageFile, baseUrl: string | undefined): string {
  if (!url) {
    throw new Error('The file has no url: populate the media attribute and select the column url.');
  }
  return (ORIGIN.test(url) ? '' : withoutSlash(baseUrl)) + url.replace(/ /g, '%20');
}

/** The URL under which the server makes variants of the file. */
function serverAddress(file: ImageFile, baseUrl: string | undefined): string {
  const own = ownAddress(file, baseUrl);
  if (isServed(file, baseUrl)) {
    return own;
  }
  if (baseUrl == null && ORIGIN.test(own)) {
    throw new Error(`${own} is not on the Strapi server: baseUrl must name that server.`);
  }
  const { hash, ext } = file;
  if (hash == null || ext === undefined) {
    throw new Error(`${own} is not below ${UPLOADS}: select the columns hash and ext of the file.`);
  }
  return withoutSlash(baseUrl) + UPLOADS + encodeURIComponent(hash + (ext ?? ''));
}
