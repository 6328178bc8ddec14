import { transformsSchema } from '../transforms';

/** Settings for variants of images that URLs ask for. */
export const deliveryFields = {
  transforms: transformsSchema.describe(
    'Sizes and formats of images that a URL can ask for ([delivery](delivery.md)). `false`: queries of URLs are ' +
      'ignored, as with the built-in.'
  ),
};
