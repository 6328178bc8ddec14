import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { uprightSize, type Image } from '../images/header/probe';
import type { ImagePlan } from '../images/plan/plan';
import type { ImageConfig } from '../images/plan/sizes';
import type { FocalPoint } from '../types/rows';
import type { Asked } from './asked';
import { geometryOf, type Geometry } from './geometry';
import type { OutputFormat } from './negotiate';

/** An image from which variants are made. */
export interface Original {
  /** Identifies the bytes: changes with each replacement. */
  state: string;
  image: Image;
  focalPoint: FocalPoint | null;
}

/** A variant that is to be made, as plain data. */
export interface VariantPlan {
  plan: ImagePlan;
  /** File name extension and MIME type of the variant. */
  ext: string;
  mime: string;
  /** Names the variant: equal exactly if original, result and encoder are equal. 22 letters, digits, `-` and `_`. */
  recipe: string;
}

/** Settings that decide how variants are encoded. */
export type EncoderOptions = Pick<ImageConfig, 'metadata' | 'quality'>;

/** Name of the only size in the plan of a variant. */
const KEY = 'variant';

interface Kind {
  ext: string;
  mime: string;
  hasAlpha: boolean;
  /** Longest side of an image in this format, in pixels; undefined if it is not limited. */
  longest?: number;
  /** Whether the encoder uses no quality. */
  isLossless?: boolean;
}

const KINDS: Record<OutputFormat, Kind> = {
  jpeg: { ext: '.jpg', mime: 'image/jpeg', hasAlpha: false, longest: 65_535 },
  png: { ext: '.png', mime: 'image/png', hasAlpha: true, isLossless: true },
  webp: { ext: '.webp', mime: 'image/webp', hasAlpha: true, longest: 16_383 },
  avif: { ext: '.avif', mime: 'image/avif', hasAlpha: true, longest: 16_384 },
  gif: { ext: '.gif', mime: 'image/gif', hasAlpha: true, longest: 65_535, isLossless: true },
  tiff: { ext: '.tiff', mime: 'image/tiff', hasAlpha: true },
};

/** Formats that can be animated here. */
const ANIMATED: readonly string[] = ['gif', 'webp'];

/** Changes with each change of this plugin that makes other bytes of the same plan. */
const VERSION = 1;

/**
 * Plans a variant.
 *
 * @param asked rounded or signed values, with the format that {@link outputFormat} has chosen
 * @returns null if the variant would be the original itself
 */
export function planVariant(
  original: Original,
  asked: Omit<Asked, 'format'> & { format: OutputFormat },
  options: EncoderOptions
): VariantPlan | null {
  const { format } = asked;
  const kind = KINDS[format];
  const canMove = original.image.isAnimated && ANIMATED.includes(format);
  const image = { ...original.image, isAnimated: canMove };
  const upright = uprightSize(image);
  const geometry = geometryOf(
    { ...upright, focalPoint: original.focalPoint, frames: canMove ? image.frames : 1 },
    { ...asked, longest: kind.longest }
  );
  const askedQuality = kind.isLossless ? undefined : asked.quality;
  if (format === image.format && askedQuality === undefined && isWhole(geometry, upright)) {
    return null;
  }
  const quality = askedQuality ?? (options.quality as Record<string, number>)[format] ?? 80;
  const background = kind.hasAlpha ? 'transparent' : 'white';
  const plan: ImagePlan = {
    image,
    metadata: options.metadata,
    original: null,
    formats: [{ key: KEY, ...geometry, format, quality, background }],
    placeholder: false,
  };
  return { plan, ext: kind.ext, mime: kind.mime, recipe: recipeOf(original.state, plan) };
}

const isWhole = ({ scaled, crop, canvas }: Geometry, upright: { width: number; height: number }) =>
  crop === null &&
  canvas === null &&
  scaled.width === upright.width &&
  scaled.height === upright.height;

function recipeOf(state: string, { image, metadata, formats }: ImagePlan): string {
  const { sharp: library, vips } = sharp.versions;
  const parts = [VERSION, state, image.isAnimated, metadata, formats, library, vips];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
