import { z } from 'zod';
import { oneOf, wholeNumber } from './values';

const pixels = wholeNumber('a whole number of pixels, from 1 to 16383', 1, 16_383);
const quality = wholeNumber('a whole number from 1 to 100', 1, 100);
const sizeFormat = oneOf('source', 'webp', 'avif');

/** Longest wait that can be configured, in ms: an hour. */
const LONGEST_WAIT = 3_600_000;

/** One size of images. The pixel limit is that of WebP, the format with the lowest limit. */
export const sizeSchema = z
  .strictObject(
    {
      width: pixels.optional().describe('Most pixels from left to right.'),
      height: pixels.optional().describe('Most pixels from top to bottom.'),
      longest: pixels.optional().describe('Most pixels of the longer side.'),
      fit: oneOf('inside', 'cover')
        .optional()
        .describe(
          "`'inside'`, which counts without it, keeps all of the image; `'cover'` cuts it around the focal point."
        ),
      format: sizeFormat.optional().describe('Without it `images.format` counts.'),
      quality: quality.optional().describe('Without it `images.quality` counts.'),
    },
    { error: () => 'an object such as { width: 1600, height: 900, fit: "cover" }' }
  )
  .refine(({ width, height, longest }) => width ?? height ?? longest, {
    error: 'an object with width, height or longest',
  })
  .refine(({ width, height, fit }) => fit !== 'cover' || (width && height), {
    error: 'an object with width and height where fit is "cover"',
  });

/** Names of sizes become part of file names, so their characters and length are limited. */
export const sizesSchema = z.record(z.string().regex(/^[\w-]{1,40}$/), sizeSchema, {
  error: ({ code }) =>
    code === 'invalid_key'
      ? 'names of up to 40 letters, digits, "-" and "_"'
      : 'an object of names and sizes such as { hero: { width: 1600 } }',
});

/** `images` of the configuration. */
export const imagesSchema = z.looseObject(
  {
    metadata: oneOf('keep', 'strip-private', 'strip')
      .default('strip-private')
      .describe(
        "What of an image's metadata is published with it. `'strip-private'`: [what shows the image as it is meant](images.md#metadata). " +
          "`'keep'` keeps all metadata, in sizes too. `'strip'` keeps none; where the image is encoded, its colours are converted " +
          'and the profile is removed. ' +
          "Take `'keep'` where people need what cameras and editors have written."
      ),
    requireStripped: z
      .boolean({ error: () => 'true or false' })
      .default(false)
      .describe(
        '`true` refuses an image whose private metadata cannot be taken out for sure (400, `METADATA_KEPT`). Otherwise it is ' +
          'stored, and noted. ' +
          'Set it where no private metadata may be published, whatever the format.'
      ),
    memoryBudget: wholeNumber('a whole number of bytes, at least 1000000', 1_000_000)
      .optional()
      .meta({
        description:
          'What images in work may take together, estimated as pixels × channels × frames (twice that for GIF, three times for ' +
          'WebP and AVIF). Raise it where images are stored without sizes since they do not fit. The limit of a container counts as its memory.',
        unset: 'a quarter of the memory, at most 1 GiB',
      }),
    maxWait: wholeNumber('a whole number of milliseconds, at most 3600000', 0, LONGEST_WAIT)
      .default(30_000)
      .describe(
        'Longest wait of an image for its turn. One that waits longer is stored without sizes. ' +
          'Raise it where many images come at once.'
      ),
    maxPixels: wholeNumber('a whole number of pixels, at least 1')
      .default(120_000_000)
      .describe(
        'Images of more pixels, all frames counted, are not decoded: they are stored without sizes. ' +
          "Sharp's bound (`sharp.limitInputPixels`) is taken for it where it is not set. " +
          'Raise it for very large images; `images.memoryBudget` must have room for them.'
      ),
    format: sizeFormat
      .default('source')
      .describe(
        "Format of the sizes that name none: that of the image (`'source'`), `'webp'` or `'avif'`. Animations keep the format of " +
          'the image instead of AVIF. ' +
          "Take `'webp'` or `'avif'` where all readers have browsers that show it."
      ),
    quality: z
      .looseObject(
        {
          jpeg: quality
            .default(80)
            .describe(
              'Of JPEGs: sizes, and originals that are encoded again. ' +
                'Raise it where people see flaws, lower it for smaller files.'
            ),
          webp: quality.default(79).describe('The same of WebP.'),
          avif: quality.default(50).describe('The same of AVIF.'),
          tiff: quality.default(80).describe('The same of TIFF.'),
        },
        { error: () => 'an object such as { jpeg: 80, webp: 80, avif: 50 }' }
      )
      .prefault({}),
    sizes: sizesSchema
      .default({})
      .describe(
        'Sizes beside `breakpoints` and `thumbnail`, or in the place of those of the same name. A size needs `width`, `height` or ' +
          "`longest`; with `fit: 'cover'` both `width` and `height`. A size that would enlarge the image is not made. After a change, regenerate the sizes of stored images."
      ),
    placeholder: z
      .boolean({ error: () => 'true or false' })
      .default(false)
      .describe(
        '`true` gives files an attribute `placeholder`: a [thumbhash](https://evanw.github.io/thumbhash/) in base64. A return ' +
          'to the built-in plugin drops its column. ' +
          'Set it where pages show something until an image has come.'
      ),
  },
  { error: () => "an object such as { metadata: 'keep' }" }
);
