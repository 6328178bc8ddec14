import type { TransformOptions } from '../config/transforms';
import type { Box } from '../images/plan/plan';
import { BadQuery, type Asked } from './asked';

/** The values that a URL without a signature can have. */
export type Steps = Pick<TransformOptions, 'widths' | 'ratios' | 'qualities' | 'strict'>;

/**
 * Rounds the values of a request, so that strangers can have a limited number of variants made of each image: the width
 * up to the next step, the ratio and the quality to the nearest one. A height without a width is rounded by the width
 * that belongs to it.
 *
 * @param image upright size of the image
 * @throws BadQuery if a value would be rounded, but the configuration is strict
 */
export function rounded(asked: Asked, image: Box, steps: Steps): Asked {
  const made = { ...asked, ...roundedBox(asked, image, steps) };
  if (asked.quality !== undefined) {
    made.quality = nearest(asked.quality, steps.qualities);
  }
  if (steps.strict) {
    refuseChanged(asked, made, steps);
  }
  return made;
}

function roundedBox(
  { width, height }: Asked,
  image: Box,
  { widths, ratios }: Steps
): Pick<Asked, 'width' | 'height'> {
  const own = image.width / image.height;
  if (width === undefined) {
    return height === undefined
      ? {}
      : { width: stepFrom(Math.ceil(height * own - ALMOST), widths), height: undefined };
  }
  const step = stepFrom(width, widths);
  if (height === undefined) {
    return { width: step };
  }
  const allowed = ratios.flatMap((text) => [ratioOf(text), 1 / ratioOf(text)]);
  const ratio = nearestRatio(width / height, [own, ...allowed]);
  return { width: step, height: Math.max(1, Math.round(step / ratio)) };
}

/** Keeps a product of rounded numbers from counting as the next pixel. */
const ALMOST = 1e-6;

const stepFrom = (width: number, widths: readonly number[]): number =>
  widths.find((step) => step >= width) ?? widths.at(-1) ?? width;

const ratioOf = (text: string): number => {
  const [width = 1, height = 1] = text.split(':').map(Number);
  return width / height;
};

/** The nearest ratio. Ratios are compared by their quotient: 2:1 is as far from 1:1 as 1:2 is. */
function nearestRatio(wanted: number, ratios: readonly number[]): number {
  const distance = (ratio: number) => Math.abs(Math.log(ratio / wanted));
  return ratios.reduce((best, ratio) => (distance(ratio) < distance(best) ? ratio : best));
}

const nearest = (wanted: number, values: readonly number[]): number =>
  values.reduce((best, value) =>
    Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best
  );

function refuseChanged(asked: Asked, made: Asked, { widths, ratios, qualities }: Steps): void {
  if (asked.width !== made.width) {
    const reason = asked.width === undefined ? 'a height needs a width' : String(asked.width);
    throw new BadQuery(`"width" is not allowed (${reason}); allowed: ${widths.join(', ')}.`);
  }
  if (asked.height !== made.height) {
    throw new BadQuery(
      `"height" is ${asked.height}; allowed with this width: the image's own ratio, or ${ratios.join(', ')}.`
    );
  }
  if (asked.quality !== made.quality) {
    throw new BadQuery(`"quality" is ${asked.quality}; allowed: ${qualities.join(', ')}.`);
  }
}
