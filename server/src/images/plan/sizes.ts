/** Format of a size: `source` is that of the image. */
export type SizeFormat = 'source' | 'webp' | 'avif';

/** A size as the project configures it; pixels. */
export interface SizeOptions {
  width?: number | undefined;
  height?: number | undefined;
  /** Of the longer side. */
  longest?: number | undefined;
  /** `inside`: all of the image, in the box; `cover`: the box filled, cut around the focal point. */
  fit?: 'inside' | 'cover' | undefined;
  format?: SizeFormat | undefined;
  /** 1 to 100. */
  quality?: number | undefined;
}

/** What of an image's metadata is published with it. */
export type MetadataPolicy = 'keep' | 'strip-private' | 'strip';

/** `images` of the configuration, as far as it says what is made of images. */
export interface ImageConfig {
  metadata: MetadataPolicy;
  /** Whether an image is refused whose private metadata cannot be taken out. */
  requireStripped: boolean;
  /** More pixels than these, frames counted, are not decoded. */
  maxPixels: number;
  /** Format of all sizes that name none. */
  format: SizeFormat;
  /** Of each format, 1 to 100. */
  quality: { jpeg: number; webp: number; avif: number; tiff: number };
  /** Further sizes, or others in the place of breakpoints and thumbnail. */
  sizes: Record<string, SizeOptions>;
  placeholder: boolean;
}

/** The settings of the Media Library that decide what is made of an image. */
export interface ImageSettings {
  /** Encode the original again, smaller. */
  sizeOptimization: boolean;
  /** Make the breakpoint sizes. */
  responsiveDimensions: boolean;
  /** Turn the original upright. */
  autoOrientation: boolean;
}

/** What the project wants to be made of images. */
export interface ImageOptions {
  settings: ImageSettings;
  /** Name and longest side in pixels. */
  breakpoints: Record<string, number>;
  images: ImageConfig;
}

const THUMBNAIL: SizeOptions = { width: 245, height: 156 };

/** All sizes that an image may get: those of the project and the attribute in the place of ours. */
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
