import type { Box } from '../images/plan/plan';
import type { FocalPoint } from '../types/rows';
import type { Fit } from './asked';

/** The wanted box of a variant. If a side is missing, it follows from the image's ratio. */
export interface WantedBox {
  width?: number | undefined;
  height?: number | undefined;
  fit?: Fit | undefined;
  /** Whether a small image stays small. Default: true. */
  withoutEnlargement?: boolean | undefined;
}

/** Where the pixels of an image go. */
export interface Geometry {
  /** Size of the whole image after scaling. */
  scaled: Box;
  /** The part that is cut out after scaling; null if nothing is cut off. */
  crop: (Box & { left: number; top: number }) | null;
  /** The canvas on which the scaled image lies, with bars beside it; null if there are no bars. */
  canvas: (Box & { left: number; top: number }) | null;
}

/** An image that is to be placed: its upright size, and the point that a crop must show. */
export interface Placed extends Box {
  focalPoint: FocalPoint | null;
}

const CENTRE: FocalPoint = { x: 50, y: 50 };

/**
 * Decides how an image is scaled, cropped or surrounded by bars.
 *
 * A box that is larger than the image shrinks as a whole, so that it keeps its ratio (unless the image may be enlarged):
 * an image of 500×500 in a `cover` box of 800×400 becomes 500×250.
 */
export function geometryOf(image: Placed, wanted: WantedBox): Geometry {
  const { width, height, withoutEnlargement = true } = wanted;
  const most = withoutEnlargement ? 1 : Infinity;
  const scales = [
    ...(width === undefined ? [] : [width / image.width]),
    ...(height === undefined ? [] : [height / image.height]),
  ];
  if (width === undefined || height === undefined) {
    return whole(image, Math.min(most, ...(scales.length > 0 ? scales : [1])));
  }
  const box = { width, height };
  switch (wanted.fit ?? 'cover') {
    case 'inside':
      return whole(image, Math.min(most, ...scales));
    case 'outside':
      return whole(image, Math.min(most, Math.max(...scales)));
    case 'contain':
      return contained(image, shrunk(box, Math.min(most / Math.min(...scales), 1)));
    default:
      return covered(image, shrunk(box, Math.min(most / Math.max(...scales), 1)));
  }
}

const whole = (image: Box, scale: number): Geometry => ({
  scaled: shrunk(image, scale),
  crop: null,
  canvas: null,
});

function covered(image: Placed, box: Box): Geometry {
  const scaled = atLeast(
    shrunk(image, Math.max(box.width / image.width, box.height / image.height)),
    box
  );
  if (scaled.width === box.width && scaled.height === box.height) {
    return { scaled, crop: null, canvas: null };
  }
  const { x, y } = image.focalPoint ?? CENTRE;
  const left = startOf(x, scaled.width, box.width);
  const top = startOf(y, scaled.height, box.height);
  return { scaled, crop: { ...box, left, top }, canvas: null };
}

function contained(image: Box, box: Box): Geometry {
  const scaled = atMost(
    shrunk(image, Math.min(box.width / image.width, box.height / image.height)),
    box
  );
  if (scaled.width === box.width && scaled.height === box.height) {
    return { scaled, crop: null, canvas: null };
  }
  const left = Math.floor((box.width - scaled.width) / 2);
  const top = Math.floor((box.height - scaled.height) / 2);
  return { scaled, crop: null, canvas: { ...box, left, top } };
}

/** The beginning of a part of a side, such that the focal point is in its middle as far as possible. */
const startOf = (percent: number, side: number, part: number): number =>
  Math.max(0, Math.min(side - part, Math.round((side * percent) / 100 - part / 2)));

const shrunk = ({ width, height }: Box, scale: number): Box => ({
  width: Math.max(1, Math.round(width * scale)),
  height: Math.max(1, Math.round(height * scale)),
});

// Rounding may make a side one pixel too small or too large for the box.
const atLeast = (scaled: Box, box: Box): Box => ({
  width: Math.max(scaled.width, box.width),
  height: Math.max(scaled.height, box.height),
});
const atMost = (scaled: Box, box: Box): Box => ({
  width: Math.min(scaled.width, box.width),
  height: Math.min(scaled.height, box.height),
});
