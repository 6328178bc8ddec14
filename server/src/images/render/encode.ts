import type { Sharp } from 'sharp';
import { LOSSLESS } from '../plan/plan';
import type { Image } from '../header/probe';

/**
 * Encoder settings, chosen by time and size. Measured on one core (sharp 0.35, photographs; ratios are relative to the
 * library's default):
 *
 * - WebP: effort 2 takes 0.4 of the time for 5 % more bytes at the same quality (median of 13 photos; at most 10 %;
 *   effort 3: 0.9 of the time, 0 % more; effort 1: 0.3 of the time). At quality 79, the default here, files are 1 %
 *   smaller (at most 4 % larger) than the library makes at 80. Their PSNR is 0.3 dB lower (0.2 to 0.8; 38 to 44 dB).
 * - JPEG: large originals are encoded without optimised Huffman tables, which need all coefficients in memory: 24 MP
 *   take 0.15 s and 5 MB instead of 0.6 s and 100 to 160 MB. Without optimised tables, images of 64 pixels have 30 %
 *   more bytes, those of 256 to 1024 pixels 3 to 6 %, those of 2048 pixels 7 % (medians of 16 photos; a very smooth
 *   photo up to 40 % at any size). With them, an image of 2048 pixels takes 41 instead of 23 ms, and twenty photos of 3
 *   MP take 15 to 25 % longer. Up to 2048 × 2048 pixels, bytes count more here: an image is sent more often than it is
 *   uploaded. Sizes are always optimised.
 * - PNG of 8 MP: level 3 with adaptive filters takes 0.6 s and 10.8 MB (level 2: 0.5 s, 11.2 MB; 4: 0.8 s, 10.5 MB; 9:
 *   4.5 s, 10.3 MB; 6 without filters, the default: 0.7 s, 22 MB; a palette: 4 to 10 s).
 * - AVIF of 1000 pixels, quality 50: effort 1 takes 0.1 s, 2 takes 0.3 s for the same bytes, 4 takes 1.5 s for 27 %
 *   fewer bytes.
 * - GIF: effort 3 takes 0.4 of the time for 6 % more bytes.
 */
const EFFORT = { webp: 2, avif: 1, gif: 3 };
const PNG = { compressionLevel: 3, adaptiveFiltering: true };

/** Number of pixels of a JPEG above which optimised tables cost too much. */
const MOST_OPTIMISED = 2048 * 2048;

/**
 * Sets the encoder of an output.
 *
 * @param format `jpeg`, `png`, `webp`, `avif`, `gif` or `tiff`
 * @param quality 1 to 100; unused by lossless encoders
 * @param isOriginal whether the output replaces the uploaded file; then a PNG keeps its 16 bits
 */
export function encodeAs(
  output: Sharp,
  {
    format,
    quality,
    isOriginal = false,
  }: { format: string; quality: number; isOriginal?: boolean },
  image: Image
): Sharp {
  switch (format) {
    case 'png':
      return wide(output, image, isOriginal).png(PNG);
    case 'webp':
      return output.webp({
        quality,
        effort: EFFORT.webp,
        lossless: image.isLossless && image.format === 'webp' && quality === LOSSLESS,
      });
    case 'avif':
      return output.avif({ quality, effort: EFFORT.avif });
    case 'gif':
      return output.gif({ effort: EFFORT.gif });
    case 'tiff':
      // The library's default compression is JPEG, which drops transparency.
      return output.tiff(
        image.hasAlpha ? { compression: 'lzw', predictor: 'horizontal' } : { quality }
      );
    default:
      return output.jpeg({
        quality,
        optimiseCoding: !isOriginal || image.width * image.height <= MOST_OPTIMISED,
      });
  }
}

/** Keeps 16 bits per channel, which sharp does only if the colour space asks for them. */
function wide(output: Sharp, { depth, space }: Image, isOriginal: boolean): Sharp {
  return isOriginal && depth === 2
    ? output.toColourspace(space === 'grey16' ? 'grey16' : 'rgb16')
    : output;
}

/** MIME type and extension of an encoder's output. */
export const KINDS: Record<string, { mime: string; ext: string }> = {
  webp: { mime: 'image/webp', ext: '.webp' },
  avif: { mime: 'image/avif', ext: '.avif' },
};
