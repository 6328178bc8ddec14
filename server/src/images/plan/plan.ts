import type { FocalPoint } from '../../types/rows';
import { uprightSize, type Picture } from '../header/probe';
import { sizesWanted, type MetadataPolicy, type PictureWishes, type SizeOptions } from './sizes';

/** Width and height in pixels. */
export interface Box {
  width: number;
  height: number;
}

/** One smaller size of a picture. */
export interface FormatPlan {
  key: string;
  /** Size of the whole picture when it is scaled for this. */
  scaled: Box;
  /** What is cut out of that; null for all of it. */
  crop: (Box & { left: number; top: number }) | null;
  /** An encoder's name. */
  format: string;
  quality: number;
}

/** All that is to be made of one picture: plain data, so that equal plans can be told. */
export interface PicturePlan {
  picture: Picture;
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
 * Decides which outputs a picture gets: a thumbnail where it is larger than one, and each size that
 * is smaller than it is. Nothing is enlarged.
 */
export function planPicture(
  picture: Picture,
  wishes: PictureWishes,
  context: PlanContext = {}
): PicturePlan {
  const { metadata, placeholder } = wishes.images;
  return picture.isShownHere
    ? {
        picture,
        metadata,
        original: planOriginal(picture, wishes),
        formats: planFormats(picture, wishes, context),
        placeholder,
      }
    : { picture, metadata, original: null, formats: [], placeholder: false };
}

function planOriginal(picture: Picture, { settings, images }: PictureWishes) {
  const turn = settings.autoOrientation && picture.orientation > 1 && picture.frames === 1;
  const again = turn || (settings.sizeOptimization && gainsByEncoding(picture));
  const full = settings.sizeOptimization
    ? qualityOf(picture.format, picture, images.quality)
    : LOSSLESS;
  return again ? { turn, quality: full } : null;
}

function planFormats(
  picture: Picture,
  wishes: PictureWishes,
  { focalPoint, sizes }: PlanContext
): FormatPlan[] {
  const { images } = wishes;
  const formats = sizesWanted(wishes, sizes).flatMap(([key, size]): FormatPlan[] => {
    const place = placeOf(size, uprightSize(picture), focalPoint ?? null);
    const format = formatOf(size.format ?? images.format, picture);
    const quality = size.quality ?? qualityOf(format, picture, images.quality);
    return place ? [{ key, ...place, format, quality }] : [];
  });
  return formats.sort((a, b) => b.scaled.width - a.scaled.width);
}

/** Names of the sizes that a picture of these pixels gets. */
export const keysFor = (
  upright: Box,
  wishes: PictureWishes,
  ofAttribute?: Record<string, SizeOptions>
): string[] =>
  sizesWanted(wishes, ofAttribute)
    .filter(([, size]) => placeOf(size, upright, null) !== null)
    .map(([key]) => key);

/**
 * Whether an original may become smaller without losing what it has. Not those that are small already
 * by their kind (AVIF, palettes), that gain nothing for their time (lossless WebP), whose frames
 * belong together (animations), whose colours an encoder here would not say (gamma), and what people work on further (pages, more
 * than 8 bits in a TIFF).
 */
export function gainsByEncoding(picture: Picture): boolean {
  const { format, frames, depth, isLossless, hasPalette, gamma, isShownHere } = picture;
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

/** A picture that moves stays one that can. */
const formatOf = (wanted: string, { format, isAnimated }: Picture): string =>
  wanted === 'source' || (wanted === 'avif' && isAnimated) ? format : wanted;

function qualityOf(
  format: string,
  { isLossless, format: source }: Picture,
  quality: Record<string, number>
): number {
  return format === 'webp' && source === 'webp' && isLossless ? LOSSLESS : (quality[format] ?? 80);
}

/** How a picture is scaled and cut for a size; null where it is too small for it. */
function placeOf(size: SizeOptions, picture: Box, focalPoint: FocalPoint | null) {
  const { longest } = size;
  const { width = longest ?? Infinity, height = longest ?? Infinity } = size;
  if (size.fit === 'cover' && width < Infinity && height < Infinity) {
    const fits = picture.width >= width && picture.height >= height;
    return fits ? cut({ width, height }, picture, focalPoint) : null;
  }
  const isLarger = picture.width > width || picture.height > height;
  const scale = Math.min(width / picture.width, height / picture.height);
  return isLarger ? { scaled: scaledBy(scale, picture), crop: null } : null;
}

function cut(box: Box, picture: Box, focalPoint: FocalPoint | null) {
  const scaled = scaledBy(
    Math.max(box.width / picture.width, box.height / picture.height),
    picture
  );
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

/** Bytes that working on a picture takes at most: all of its pixels, decoded. */
export const decodedBytes = (picture: Picture): number =>
  pixelsOf(picture) * picture.channels * picture.depth * (COPIES[picture.format] ?? 1);

/** Pixels that are decoded: of all frames together, but of one page of a document. */
export const pixelsOf = ({ width, height, frames, isAnimated }: Picture): number =>
  width * height * (isAnimated ? frames : 1);
