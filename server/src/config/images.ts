import { z } from 'zod';
import { oneOf, wholeNumber } from './values';

const pixels = wholeNumber('a whole number of pixels, from 1 to 16383', 1, 16_383);
const quality = wholeNumber('a whole number from 1 to 100', 1, 100);
const sizeFormat = oneOf('source', 'webp', 'avif');

/** Longest wait that can be configured, in ms: an hour. */
const LONGEST_WAIT = 3_600_000;

/** Schema of one size of images. The maximum number of pixels is that of WebP, the format with the lowest limit. */
export const sizeSchema = z
  .strictObject(
    {
      width: pixels.optional().describe('Maximum width in pixels.'),
      height: pixels.optional().describe('Maximum height in pixels.'),
      longest: pixels.optional().describe('Maximum length of the longer side in pixels.'),
      fit: oneOf('inside', 'cover')
        .optional()
        .describe(
          "`'inside'` (the default) keeps the whole image. `'cover'` crops the image around its focal point."
        ),
      format: sizeFormat.optional().describe('The default is `images.format`.'),
      quality: quality.optional().describe('The default is `images.quality`.'),
    },
    { error: () => 'an object such as { width: 1600, height: 900, fit: "cover" }' }
  )
  .refine(({ width, height, longest }) => width ?? height ?? longest, {
    error: 'an object with width, height or longest',
  })
  .refine(({ width, height, fit }) => fit !== 'cover' || (width && height), {
    error: 'an object with width and height, because fit is "cover"',
  });

/** Schema of sizes by name. Names of sizes become part of file names, so their characters and length are limited. */
export const sizesSchema = z.record(z.string().regex(/^[\w-]{1,40}$/), sizeSchema, {
  error: ({ code }) =>
    code === 'invalid_key'
      ? 'names of up to 40 letters, digits, "-" and "_"'
      : 'an object of names and sizes such as { hero: { width: 1600 } }',
});

/** Schema of the key `images` of the configuration. */
export const imagesSchema = z.looseObject(
  {
    metadata: oneOf('keep', 'strip-private', 'strip')
      .default('strip-private')
      .describe(
        "Which metadata of an image are published with it. `'strip-private'`: the metadata that are needed [to " +
          "show the image correctly](images.md#metadata), and copyright and artist. `'keep'`: all metadata, also in " +
          "the sizes. `'strip'`: no metadata. If the image is encoded again, its colours are then converted and the " +
          "colour profile is removed. Use `'keep'` if people need the metadata that cameras and editors have " +
          'written.'
      ),
    requireStripped: z
      .boolean({ error: () => 'true or false' })
      .default(false)
      .describe(
        '`true`: an image is refused if it is not certain that all private metadata can be removed (400, ' +
          '`METADATA_KEPT`). `false`: such an image is stored, and the log and the ledger record this. Set it if no ' +
          'private metadata may be published in any format.'
      ),
    memoryBudget: wholeNumber('a whole number of bytes, at least 1000000', 1_000_000)
      .optional()
      .meta({
        description:
          'How much memory all images that are processed at the same time may use. The memory of an image is ' +
          'estimated as pixels × channels × frames (twice that for GIF, three times for WebP and AVIF). Raise it if ' +
          'images are stored without sizes because they need more memory. In a container, the memory limit of the ' +
          'container counts as its memory.',
        unset: 'a quarter of the memory, at most 1 GiB',
      }),
    maxWait: wholeNumber('a whole number of milliseconds, at most 3600000', 0, LONGEST_WAIT)
      .default(30_000)
      .describe(
        'How long an image may wait until it is processed. An image that waits longer is stored without sizes. ' +
          'Raise it if many images are uploaded at the same time.'
      ),
    maxPixels: wholeNumber('a whole number of pixels, at least 1')
      .default(120_000_000)
      .describe(
        'Images with more pixels (of all frames together) are not decoded and are stored without sizes. If this ' +
          'setting is not set, the limit of sharp (`sharp.limitInputPixels`) is used, where the project sets one. ' +
          'Raise it for very large images. `images.memoryBudget` must be large enough for them.'
      ),
    format: sizeFormat
      .default('source')
      .describe(
        "Format of the sizes that do not set a format of their own: the format of the image (`'source'`), " +
          "`'webp'` or `'avif'`. With `'avif'`, animations keep the format of the image. Use `'webp'` or `'avif'` " +
          'if the browsers of all readers can show this format.'
      ),
    quality: z
      .looseObject(
        {
          jpeg: quality
            .default(80)
            .describe(
              'Quality of JPEG files: sizes, and originals that are encoded again. Raise it if people see flaws. Lower ' +
                'it for smaller files.'
            ),
          webp: quality.default(79).describe('Quality of WebP files.'),
          avif: quality.default(50).describe('Quality of AVIF files.'),
          tiff: quality.default(80).describe('Quality of TIFF files.'),
        },
        { error: () => 'an object such as { jpeg: 80, webp: 80, avif: 50 }' }
      )
      .prefault({}),
    sizes: sizesSchema
      .default({})
      .describe(
        'Sizes in addition to `breakpoints` and `thumbnail`. A size replaces the breakpoint or the thumbnail with ' +
          "the same name. A size needs `width`, `height` or `longest`. With `fit: 'cover'` it needs `width` and " +
          '`height`. A size that would enlarge the image is not made. After a change, regenerate the sizes of ' +
          'stored images.'
      ),
    placeholder: z
      .boolean({ error: () => 'true or false' })
      .default(false)
      .describe(
        '`true`: files have an attribute `placeholder`, a [thumbhash](https://evanw.github.io/thumbhash/) in ' +
          'base64. A return to the built-in drops the column of this attribute. Set it if pages show a placeholder ' +
          'until an image is loaded.'
      ),
  },
  { error: () => "an object such as { metadata: 'keep' }" }
);
