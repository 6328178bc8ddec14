import type { ImageOptions } from '../../server/src/images/plan/sizes';

/** Image options of a project: a smaller original, a thumbnail, and one size. */
export const imageOptions = {
  settings: { sizeOptimization: true, responsiveDimensions: true, autoOrientation: false },
  breakpoints: { small: 200 },
  images: {
    metadata: 'strip-private',
    format: 'source',
    quality: { jpeg: 80, webp: 79, avif: 50, tiff: 80 },
    sizes: {},
    placeholder: false,
  },
} as unknown as ImageOptions;
