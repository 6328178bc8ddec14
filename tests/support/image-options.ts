import type { ImageOptions } from '../../server/src/images/plan/sizes';

/** What a project wants of its pictures: the original smaller, a thumbnail, one size. */
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
