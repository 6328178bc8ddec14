/** Format of a size: `source` means the format of the image. */
export type SizeFormat = 'source' | 'webp' | 'avif';

/** A size as the project configures it, in pixels. */
export interface SizeOptions {
  width?: number | undefined;
  height?: number | undefined;
  /** Maximum length of the longer side. */
  longest?: number | undefined;
  /** `inside`: the whole image, within the box; `cover`: fills the box, cropped around the focal point. */
  fit?: 'inside' | 'cover' | undefined;
  format?: SizeFormat | undefined;
  /** Quality of the encoder, 1 to 100. */
  quality?: number | undefined;
}

/** Which metadata of an image are published with it. */
export type MetadataPolicy = 'keep' | 'strip-private' | 'strip';

/** The part of `images` in the configuration that decides what is made of images. */
export interface ImageConfig {
  metadata: MetadataPolicy;
  /** Whether to refuse an image whose private metadata cannot be removed. */
  requireStripped: boolean;
  /** Maximum number of pixels of an image, all frames counted. Images with more pixels are not decoded. */
  maxPixels: number;
  /** Default format of all sizes. */
  format: SizeFormat;
  /** Quality for each format, 1 to 100. */
  quality: { jpeg: number; webp: number; avif: number; tiff: number };
  /** Additional sizes, or replacements for breakpoints and thumbnail. */
  sizes: Record<string, SizeOptions>;
  placeholder: boolean;
}

/** The settings of the Media Library that decide what is made of an image. */
export interface ImageSettings {
  /** Whether to re-encode the original to make it smaller. */
  sizeOptimization: boolean;
  /** Whether to make the breakpoint sizes. */
  responsiveDimensions: boolean;
  /** Whether to rotate the original upright. */
  autoOrientation: boolean;
}

/** Everything in the project's settings that decides what is made of images. */
export interface ImageOptions {
  settings: ImageSettings;
  /** Maximum length of the longer side in pixels, by the name of the size. */
  breakpoints: Record<string, number>;
  images: ImageConfig;
}

const THUMBNAIL: SizeOptions = { width: 245, height: 156 };

/**
 * Returns all sizes that an image may get. Sizes of the project and of the attribute replace the default sizes of the
 * same name.
 */
export function sizesWanted(
  { settings, breakpoints, images }: ImageOptions,
  ofAttribute: Record<string, SizeOptions> = {}
): Array<[key: string, size: SizeOptions]> {
  const responsive = Object.entries(breakpoints).map(([key, longest]) => [key, { longest }]);
  const own = { ...images.sizes, ...ofAttribute };
  const thumbnail = own.thumbnail ?? THUMBNAIL;
  return Object.entries({
    ...(settings.responsiveDimensions ? { ...Object.fromEntries(responsive), ...own } : {}),
    thumbnail,
  });
}
