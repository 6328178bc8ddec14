import type { FocalPoint } from '../../types/rows';
import { uprightSize, type Image } from '../header/probe';
import { sizesWanted, type MetadataPolicy, type ImageOptions, type SizeOptions } from './sizes';

/** Width and height in pixels. */
export interface Box {
  width: number;
  height: number;
}

/** The plan for one smaller size of an image. */
export interface FormatPlan {
  key: string;
  /** Size of the whole image after scaling, before the crop. */
  scaled: Box;
  /** The part that is cut out after scaling; null if nothing is cut off. */
  crop: (Box & { left: number; top: number }) | null;
  /** The canvas on which the scaled image lies, with bars beside it; null or undefined if there are no bars. */
  canvas?: (Box & { left: number; top: number }) | null;
  /** What fills bars, and with `white` also the transparent parts of the image. Undefined if nothing is filled. */
  background?: 'transparent' | 'white';
  /** Name of an encoder, such as `webp`. */
  format: string;
  quality: number;
}

/** Everything that is to be made of one image, as plain data, so that equal plans can be recognised. */
export interface ImagePlan {
  image: Image;
  metadata: MetadataPolicy;
  /** How the original is re-encoded; null if it stays as it is. */
  original: { turn: boolean; quality: number } | null;
  /** The plans for the smaller sizes, largest first. */
  formats: FormatPlan[];
  placeholder: boolean;
}

/** Facts about this one file that the plan depends on, besides the image and the options. */
export interface PlanContext {
  focalPoint?: FocalPoint | null | undefined;
  /** Named sizes of the attribute to which the file is linked. */
  sizes?: Record<string, SizeOptions> | undefined;
}

/** The quality in a plan that means lossless encoding. */
export const LOSSLESS = 100;

/**
 * Decides which outputs an image gets: a thumbnail if the image is larger than the thumbnail, and every size that is
 * smaller than the image. Nothing is enlarged.
 */
export function planImage(
  image: Image,
  options: ImageOptions,
  context: PlanContext = {}
): ImagePlan {
  const { metadata, placeholder } = options.images;
  return image.isShownHere
    ? {
        image,
        metadata,
        original: planOriginal(image, options),
        formats: planFormats(image, options, context),
        placeholder,
      }
    : { image, metadata, original: null, formats: [], placeholder: false };
}

function planOriginal(image: Image, { settings, images }: ImageOptions) {
  const turn = settings.autoOrientation && image.orientation > 1 && image.frames === 1;
  const again = turn || (settings.sizeOptimization && gainsByEncoding(image));
  const full = settings.sizeOptimization
    ? qualityOf(image.format, image, images.quality)
    : LOSSLESS;
  return again ? { turn, quality: full } : null;
}

function planFormats(
  image: Image,
  options: ImageOptions,
  { focalPoint, sizes }: PlanContext
): FormatPlan[] {
  const { images } = options;
  const formats = sizesWanted(options, sizes).flatMap(([key, size]): FormatPlan[] => {
    const place = placeOf(size, uprightSize(image), focalPoint ?? null);
    const format = formatOf(size.format ?? images.format, image);
    const quality = size.quality ?? qualityOf(format, image, images.quality);
    return place ? [{ key, ...place, format, quality }] : [];
  });
  return formats.sort((a, b) => b.scaled.width - a.scaled.width);
}

/** Names of the sizes that an image of these dimensions gets. */
export const keysFor = (
  upright: Box,
  options: ImageOptions,
  ofAttribute?: Record<string, SizeOptions>
): string[] =>
  sizesWanted(options, ofAttribute)
    .filter(([, size]) => placeOf(size, upright, null) !== null)
    .map(([key]) => key);

/**
 * Whether re-encoding an original can make it smaller without loss. Re-encoding is not tried for formats that are small
 * already (AVIF, palettes), for a lossless WebP (the gain is not worth the time), for animations (their frames depend
 * on each other), for colours that the encoder here cannot describe (gamma), and for files that people edit further
 * (several pages, more than 8 bits in a TIFF).
 */
export function gainsByEncoding(image: Image): boolean {
  const { format, frames, depth, isLossless, hasPalette, gamma, isShownHere } = image;
  switch (format) {
    case 'jpeg':
      return true;
    case 'png':
      return isShownHere && !hasPalette && !gamma;
    case 'webp':
      return frames === 1 && !isLossless;
    case 'tiff':
      return frames === 1 && depth === 1;
    default:
      return false;
  }
}

/** Returns the format of an output. An animated image stays in a format that supports animation. */
const formatOf = (wanted: string, { format, isAnimated }: Image): string =>
  wanted === 'source' || (wanted === 'avif' && isAnimated) ? format : wanted;

function qualityOf(
  format: string,
  { isLossless, format: source }: Image,
  quality: Record<string, number>
): number {
  return format === 'webp' && source === 'webp' && isLossless ? LOSSLESS : (quality[format] ?? 80);
}

/** How an image is scaled and cropped for a size; null if the image is too small for the size. */
function placeOf(size: SizeOptions, image: Box, focalPoint: FocalPoint | null) {
  const { longest } = size;
  const { width = longest ?? Infinity, height = longest ?? Infinity } = size;
  if (size.fit === 'cover' && width < Infinity && height < Infinity) {
    const fits = image.width >= width && image.height >= height;
    return fits ? cut({ width, height }, image, focalPoint) : null;
  }
  const isLarger = image.width > width || image.height > height;
  const scale = Math.min(width / image.width, height / image.height);
  return isLarger ? { scaled: scaledBy(scale, image), crop: null } : null;
}

function cut(box: Box, image: Box, focalPoint: FocalPoint | null) {
  const scaled = scaledBy(Math.max(box.width / image.width, box.height / image.height), image);
  const { x, y } = focalPoint ?? { x: 50, y: 50 };
  const start = (percent: number, length: number, part: number) =>
    Math.max(0, Math.min(length - part, Math.round((length * percent) / 100 - part / 2)));
  const left = start(x, scaled.width, box.width);
  const top = start(y, scaled.height, box.height);
  return { scaled, crop: { ...box, left, top } };
}

const scaledBy = (scale: number, { width, height }: Box): Box => ({
  width: Math.max(1, Math.round(width * scale)),
  height: Math.max(1, Math.round(height * scale)),
});

/**
 * Formats that libraries decode and encode as a whole, and how many copies of the pixels the libraries hold meanwhile.
 */
const COPIES: Record<string, number> = { webp: 3, avif: 3, gif: 2 };

/** Estimate of the most memory that processing an image takes, in bytes: all of its decoded pixels. */
export const decodedBytes = (image: Image): number =>
  pixelsOf(image) * image.channels * image.depth * (COPIES[image.format] ?? 1);

/** Number of channels and bytes per channel of the pixels that an encoder gets. */
const ENCODED = 4;

/**
 * Estimate of the most memory that making a plan's outputs takes, in bytes. Outputs that are no larger than the image fit
 * into {@link decodedBytes}. A larger output needs its own pixels too, and the copies of its encoder.
 */
export const plannedBytes = ({ image, formats }: ImagePlan): number =>
  decodedBytes(image) + Math.max(0, ...formats.map((format) => enlargedBytes(format, image)));

function enlargedBytes({ scaled, canvas, format }: FormatPlan, image: Image): number {
  const frames = image.isAnimated ? image.frames : 1;
  const pixels = Math.max(areaOf(scaled), canvas ? areaOf(canvas) : 0) * frames;
  return pixels > pixelsOf(image) ? pixels * ENCODED * (1 + (COPIES[format] ?? 1)) : 0;
}

const areaOf = ({ width, height }: Box) => width * height;

/** Number of pixels that are decoded: those of all frames of an animation, but of only one page of a document. */
export const pixelsOf = ({ width, height, frames, isAnimated }: Image): number =>
  width * height * (isAnimated ? frames : 1);
