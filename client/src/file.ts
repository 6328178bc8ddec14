/** The point of an image that stays visible in crops, in percent of width and height. */
export interface FocalPoint {
  x: number;
  y: number;
}

/** The columns of a file that the functions of this package read. An answer of Strapi has more of them. */
export interface ImageFile {
  /** Path or address of the file. Each function needs it. */
  url?: string | null;
  /** Name of the stored object without its extension. Files that are not on the local disk need it. */
  hash?: string | null;
  /** Extension with its dot. Files that are not on the local disk need it; it is null if a file has none. */
  ext?: string | null;
  mime?: string | null;
  /** Width in pixels. */
  width?: number | null;
  /** Height in pixels. */
  height?: number | null;
  alternativeText?: string | null;
  focalPoint?: FocalPoint | null;
  placeholder?: string | null;
  provider?: string | null;
  /** Whether `url` is signed. Answers of Strapi have this property for files of private providers. */
  isUrlSigned?: boolean | null;
  /** Time of the last change: an ISO text, ms since 1970, or a date. */
  updatedAt?: string | number | Date | null;
}

/**
 * A file as Strapi answers it: flat (REST, GraphQL and `@strapi/client` of Strapi 5), or inside of `data`, of
 * `attributes`, or of both (Strapi 4).
 */
export interface FileInput extends ImageFile {
  data?: FileInput | null;
  attributes?: ImageFile | null;
}

/** Takes a file out of `data` and `attributes`. Returns an object without columns if there is no file. */
export function flatFile(input: FileInput): ImageFile {
  const inner = input?.data ?? input;
  return inner?.attributes ?? inner ?? {};
}

/** Path or address of a file, without its query. */
const pathOf = ({ url }: ImageFile): string => (url ?? '').split('?', 1)[0] ?? '';

/**
 * Whether the server can make variants of a file, as far as its type shows: it is an image, and no SVG. Without the
 * column `mime`, only the extension `.svg` tells that a file is not such an image.
 */
export const isTransformable = (file: ImageFile): boolean =>
  file.mime ? /^image\/(?!svg)/.test(file.mime) : !/\.svgz?$/i.test(file.ext ?? pathOf(file));
