import type { ImageFile } from './file';
import { pixels, type VariantOptions } from './image-url';

/**
 * The widths up to which a server rounds the width of an unsigned URL (`transforms.widths`). Other widths would give the
 * same images under more URLs.
 */
const LADDER = [16, 32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840];

/** The narrowest viewport for which an image of its full width gets a candidate, in pixels. */
const NARROWEST = 640;

/** The part of an image's options that determines its place in the page. Lengths are in CSS pixels. */
export type Box = Pick<VariantOptions, 'width' | 'height' | 'aspectRatio' | 'fit'>;

/** Width divided by height of a file's image; undefined if one of them is not known. */
const ratioOf = ({ width, height }: ImageFile): number | undefined =>
  width && height ? width / height : undefined;

/** Returns the ratio that the options ask for, and the width that belongs to it. */
export function boxOf(file: ImageFile, { width, height, aspectRatio, fit }: Box): Box {
  const ratio = aspectRatio ?? (height && (width ? width / height : ratioOf(file)));
  return { aspectRatio: ratio, width: width ?? (height && ratio && pixels(height * ratio)), fit };
}

/**
 * Returns the width and height of an image in the page, in CSS pixels, as far as they are known. Without a width in
 * the box, they are those of the file, or of the largest crop of the file.
 */
export function sizeOf(file: ImageFile, box: Box): { width?: number; height?: number } {
  const { fit, aspectRatio } = box;
  const own = ratioOf(file);
  const isWhole = fit === 'inside' || fit === 'outside';
  const ratio = isWhole ? (own ?? aspectRatio) : (aspectRatio ?? own);
  let { width } = box;
  if (width && isWhole && aspectRatio && own) {
    const other = (width / aspectRatio) * own;
    width = pixels(fit === 'inside' ? Math.min(width, other) : Math.max(width, other));
  }
  if (!width && file.width) {
    width = file.height && ratio ? pixels(Math.min(file.width, file.height * ratio)) : file.width;
  }
  return width ? { width, ...(ratio ? { height: pixels(width / ratio) } : {}) } : {};
}

/**
 * Returns the widths of an image's candidates, in pixels and in ascending order.
 *
 * @param width of the image in the page, in CSS pixels; undefined if the viewport limits it
 */
export function widthsOf(file: ImageFile, width: number | undefined): number[] {
  const own = file.width || Infinity;
  const least = Math.min(NARROWEST, width ?? NARROWEST);
  const enough = Math.max(least, Math.min(own, 2 * (width ?? own)));
  const last = LADDER.find((step) => step >= enough) ?? Infinity;
  return LADDER.filter((step) => step >= least && step <= last);
}
