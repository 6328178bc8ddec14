import type { FocalPoint } from '../../types/rows';
import { uprightSize, type Image } from '../header/probe';
import { sizesWanted, type MetadataPolicy, type ImageOptions, type SizeOptions } from './sizes';

/** Width and height in pixels. */
export interface Box {
  width: number;
  height: number;
}

/** One smaller size of an image. */
export interface FormatPlan {
  key: string;
  /** Size of the whole image when it is scaled for this. */
  scaled: Box;
  /** What is cut out of that; null for all of it. */
  crop: (Box & { left: number; top: number }) | null;
  /** An encoder's name. */
  format: string;
  quality: number;
}

/** All that is to be made of one image: plain data, so that equal plans can be told. */
export interface ImagePlan {
  image: Image;
  metadata: MetadataPolicy;
  /** How the original is encoded anew; null where it stays as it is. */
  original: { turn: boolean; quality: number } | null;
  /** Smaller sizes, largest first. */
  formats: FormatPlan[];
  placeholder: boolean;
}

/** What else decides a plan: what is said about this one file. */
export interface PlanContext {
  focalPoint?: FocalPoint | null | undefined;
  /** Named sizes of the attribute that the file is linked to. */
  sizes?: Record<string, SizeOptions> | undefined;
}

/** Lossless encoding, in the quality of a plan. */
export const LOSSLESS = 100;

/**
 * Decides which outputs an image gets: a thumbnail where it is larger than one, and each size that
 * is smaller than it is. Nothing is enlarged.
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

/** Names of the sizes that an image of these pixels gets. */
export const keysFor = (
  upright: Box,
  options: ImageOptions,
  ofAttribute?: Record<string, SizeOptions>
): string[] =>
  sizesWanted(options, ofAttribute)
    .filter(([, size]) => placeOf(size, upright, null) !== null)
    .map(([key]) => key);

/**
 * Whether an original may become smaller without losing what it has. Not those that are small already
 * by their kind (AVIF, palettes), that gain nothing for their time (lossless WebP), whose frames
 * belong together (animations), whose colours an encoder here would not say (gamma), and what people work on further (pages, more
 * than 8 bits in a TIFF).
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

/** An image that moves stays one that can. */
const formatOf = (wanted: string, { format, isAnimated }: Image): string =>
  wanted === 'source' || (wanted === 'avif' && isAnimated) ? format : wanted;

function qualityOf(
  format: string,
  { isLossless, format: source }: Image,
  quality: Record<string, number>
): number {
  return format === 'webp' && source === 'webp' && isLossless ? LOSSLESS : (quality[format] ?? 80);
}

/** How an image is scaled and cut for a size; null where it is too small for it. */
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

/** Formats that libraries decode and encode as a whole, and how often they hold the pixels then. */
const COPIES: Record<string, number> = { webp: 3, avif: 3, gif: 2 };

/** Bytes that working on an image takes at most: all of its pixels, decoded. */
export const decodedBytes = (image: Image): number =>
  pixelsOf(image) * image.channels * image.depth * (COPIES[image.format] ?? 1);

/** Pixels that are decoded: of all frames together, but of one page of a document. */
export const pixelsOf = ({ width, height, frames, isAnimated }: Image): number =>
  width * height * (isAnimated ? frames : 1);
