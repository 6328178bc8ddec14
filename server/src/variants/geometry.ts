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
  /** Longest side that the variant can have, in pixels. Default: no limit. */
  longest?: number | undefined;
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
  /** Number of frames that a variant shows. Default: 1. */
  frames?: number | undefined;
}

const CENTRE: FocalPoint = { x: 50, y: 50 };

/**
 * Number of pixels up to which an image is enlarged or surrounded by bars, all frames counted. Without this limit, an
 * image of 1×10 000 pixels that is enlarged to a width of 3840 would have 38 million rows.
 */
const MOST_ADDED = 2 ** 24;

/** Longest side up to which an image is enlarged, in pixels: all formats can have it. */
const LONGEST_ADDED = 16_383;

/**
 * Decides how an image is scaled, cropped or surrounded by bars.
 *
 * A box that is larger than the image shrinks as a whole, so that it keeps its ratio (unless the image may be enlarged):
 * an image of 500×500 in a `cover` box of 800×400 becomes 500×250.
 */
export function geometryOf(image: Placed, wanted: WantedBox): Geometry {
  const { width, height, withoutEnlargement = true, longest = Infinity } = wanted;
  const pixels = Math.max(MOST_ADDED / (image.frames ?? 1), image.width * image.height);
  const most = withoutEnlargement
    ? 1
    : Math.max(1, limitOf(image, { pixels, longest: LONGEST_ADDED }));
  const mostWhole = Math.min(most, limitOf(image, { longest }));
  const scales = [
    ...(width === undefined ? [] : [width / image.width]),
    ...(height === undefined ? [] : [height / image.height]),
  ];
  if (width === undefined || height === undefined) {
    return whole(image, Math.min(mostWhole, ...(scales.length > 0 ? scales : [1])));
  }
  const box = { width, height };
  switch (wanted.fit ?? 'cover') {
    case 'inside':
      return whole(image, Math.min(mostWhole, ...scales));
    case 'outside':
      return whole(image, Math.min(mostWhole, Math.max(...scales)));
    case 'contain':
      return contained(image, limited(box, most / Math.min(...scales), { pixels, longest }));
    default:
      return covered(image, limited(box, most / Math.max(...scales), { longest }));
  }
}

interface Limits {
  /** Number of pixels; undefined: no limit. */
  pixels?: number;
  /** Longest side in pixels. */
  longest: number;
}

/** The scale at which a box reaches its limits. */
const limitOf = ({ width, height }: Box, { pixels = Infinity, longest }: Limits): number =>
  Math.min(Math.sqrt(pixels / (width * height)), longest / Math.max(width, height));

/** Shrinks a box by a scale, if that is below 1, and then until it is within its limits. */
function limited(box: Box, scale: number, limits: Limits): Box {
  const shrunkBox = shrunk(box, Math.min(scale, 1));
  return shrunk(shrunkBox, Math.min(limitOf(shrunkBox, limits), 1));
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
