import { z } from 'zod';
import { oneOf, wholeNumber } from './values';

const pixels = wholeNumber('a whole number of pixels, from 1 to 16383', 1, 16_383);
const quality = wholeNumber('a whole number from 1 to 100', 1, 100);
const sizeFormat = oneOf('source', 'webp', 'avif');

/** Longest wait that can be named, in ms: an hour. */
const LONGEST_WAIT = 3_600_000;

/** One size of pictures; WebP, the format with the lowest bound, bounds it. */
export const sizeSchema = z
  .strictObject(
    {
      width: pixels.optional(),
      height: pixels.optional(),
      longest: pixels.optional(),
      fit: oneOf('inside', 'cover').optional(),
      format: sizeFormat.optional(),
      quality: quality.optional(),
    },
    { error: () => 'an object such as { width: 1600, height: 900, fit: "cover" }' }
  )
  .refine(({ width, height, longest }) => width ?? height ?? longest, {
    error: 'an object with width, height or longest',
  })
  .refine(({ width, height, fit }) => fit !== 'cover' || (width && height), {
    error: 'an object with width and height where fit is "cover"',
  });

/** Names of sizes become part of file names. */
export const sizesSchema = z.record(z.string().regex(/^[\w-]{1,40}$/), sizeSchema, {
  error: ({ code }) =>
    code === 'invalid_key'
      ? 'names of up to 40 letters, digits, "-" and "_"'
      : 'an object of names and sizes such as { hero: { width: 1600 } }',
});

/** `images` of the configuration. */
export const imagesSchema = z.looseObject(
  {
    /** What of a picture's metadata is published with it. */
    metadata: oneOf('keep', 'strip-private', 'strip').default('strip-private'),
    /** Whether a picture is refused whose private metadata cannot be taken out; else it is stored, and noted. */
    requireStripped: z.boolean({ error: () => 'true or false' }).default(false),
    /** Bytes that pictures in work may take together; without it a quarter of the memory. */
    memoryBudget: wholeNumber('a whole number of bytes, at least 1000000', 1_000_000).optional(),
    /** Longest wait of a picture for its turn, in ms. */
    maxWait: wholeNumber(
      'a whole number of milliseconds, at most 3600000',
      0,
      LONGEST_WAIT
    ).default(30_000),
    /** Pictures of more pixels, frames counted, are stored without formats. */
    maxPixels: wholeNumber('a whole number of pixels, at least 1').default(120_000_000),
    /** Format of the sizes that name none. */
    format: sizeFormat.default('source'),
    /** Per format, also of the optimised original. */
    quality: z
      .looseObject(
        {
          jpeg: quality.default(80),
          webp: quality.default(79),
          avif: quality.default(50),
          tiff: quality.default(80),
        },
        { error: () => 'an object such as { jpeg: 80, webp: 80, avif: 50 }' }
      )
      .prefault({}),
    /** Sizes beside `breakpoints` and `thumbnail`, or in the place of those of the same name. */
    sizes: sizesSchema.default({}),
    /** Whether files get an attribute `placeholder`. */
    placeholder: z.boolean({ error: () => 'true or false' }).default(false),
  },
  { error: () => "an object such as { metadata: 'keep' }" }
);
