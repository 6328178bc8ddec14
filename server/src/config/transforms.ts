import { z } from 'zod';
import { byteSize, oneOf, wholeNumber } from './values';

const pixels = wholeNumber('a whole number of pixels, from 1 to 16383', 1, 16_383);
const quality = wholeNumber('a whole number from 1 to 100', 1, 100);
const format = oneOf('auto', 'avif', 'webp', 'jpg', 'png');
const fit = oneOf('cover', 'contain', 'inside', 'outside');

const listOf = <T extends z.ZodType>(item: T, what: string) =>
  z.array(item, { error: () => what }).min(1, what);

/** Ratios of width to height, each in its upright form too. The image's own ratio is always among them. */
const RATIOS = ['1:1', '5:4', '4:3', '3:2', '16:9', '1.91:1', '21:9'];

const ratio = z
  .string({ error: () => 'a ratio such as "16:9"' })
  .regex(/^\d+(\.\d+)?:\d+(\.\d+)?$/, 'a ratio such as "16:9"')
  .refine((text) => !/(^|:)0+(\.0+)?(:|$)/.test(text), 'a ratio such as "16:9"');

const presetSchema = z.strictObject(
  {
    width: pixels.optional().describe('Width in pixels.'),
    height: pixels.optional().describe('Height in pixels.'),
    fit: fit.optional().describe('As in a URL. The default is `cover` if both sides are given.'),
    quality: quality.optional().describe('Quality of the encoder. The default is that of a URL.'),
    format: format.optional().describe("As in a URL. The default is the image's own format."),
    withoutEnlargement: z
      .boolean({ error: () => 'true or false' })
      .optional()
      .describe('`false`: small images are enlarged.'),
    eager: z
      .boolean({ error: () => 'true or false' })
      .optional()
      .describe(
        '`true`: the variant is made when an image is uploaded or replaced, and not when it is first asked for.'
      ),
  },
  { error: () => 'an object such as { width: 1600, height: 900, fit: "cover" }' }
);

const optionsSchema = z.strictObject(
  {
    widths: listOf(pixels, 'a list of widths in pixels such as [320, 640]')
      .default([16, 32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840])
      .transform((widths) => [...new Set(widths)].sort((a, b) => a - b))
      .describe(
        'Widths in pixels that a URL without a signature can have. Other widths are rounded up to the next one, and at ' +
          'most to the last one. A shorter list limits more strictly what strangers can have made.'
      ),
    ratios: listOf(ratio, 'a list of ratios such as ["1:1", "16:9"]')
      .default(RATIOS)
      .describe(
        'Ratios of width to height that a URL without a signature can have. Each ratio counts in its upright form too. ' +
          "Other ratios are rounded to the nearest one. The image's own ratio is always allowed."
      ),
    qualities: listOf(quality, 'a list of qualities such as [60, 90]')
      .default([60, 75, 90])
      .describe(
        'Qualities that a URL without a signature can have. Others are rounded to the nearest one.'
      ),
    formats: listOf(
      oneOf('avif', 'webp', 'jpg', 'png'),
      'a list of "avif", "webp", "jpg" and "png"'
    )
      .default(['avif', 'webp', 'jpg', 'png'])
      .describe(
        'Formats that a URL can name. `format=auto` chooses among these. Remove `avif` if its encoder is too slow for ' +
          'your machine.'
      ),
    presets: z
      .record(z.string().regex(/^[\w-]{1,40}$/), presetSchema, {
        error: ({ code }) =>
          code === 'invalid_key'
            ? 'names of up to 40 letters, digits, "-" and "_"'
            : 'an object of names and variants such as { hero: { width: 1600 } }',
      })
      .default({})
      .describe('Variants that a URL can name by `key=<name>`. Their values are not rounded.'),
    strict: z
      .boolean({ error: () => 'true or false' })
      .default(false)
      .describe(
        '`true`: a URL whose values would have to be rounded is answered with 400. Set it if only your own front end ' +
          'asks for variants.'
      ),
    maxPixels: wholeNumber('a whole number of pixels, at least 1')
      .default(100_000_000)
      .describe(
        'Images with more pixels are not transformed, but served as they are. All frames of an animation count.'
      ),
    maxBytes: byteSize()
      .default(50_000_000)
      .describe('Files with more bytes are not transformed, but served as they are.'),
    cache: z
      .strictObject(
        {
          maxBytes: byteSize()
            .default(2_000_000_000)
            .describe(
              'How many bytes all variants may have together. The variants that were not used for the longest time are ' +
                'removed.'
            ),
          maxAge: wholeNumber('a whole number of seconds, at least 1').optional().meta({
            description: 'Seconds after the last use at which a variant is removed.',
            unset: 'variants are removed only if the space is needed',
          }),
        },
        { error: () => 'an object such as { maxBytes: 2000000000 }' }
      )
      .prefault({}),
    negotiate: z
      .boolean({ error: () => 'true or false' })
      .default(true)
      .describe(
        '`false`: `format=auto` means WebP, whatever the header `Accept` says, and the response has no `Vary`. Set it ' +
          'for caches that ignore `Vary: Accept`.'
      ),
    baseUrl: z
      .string({ error: () => 'a URL such as "https://cdn.example.com"' })
      .regex(
        /^https?:\/\/[^\s?#]*[^\s?#/]$/,
        'a URL such as "https://cdn.example.com", without a slash at its end'
      )
      .optional()
      .meta({
        description: 'Origin of a CDN. URLs that this plugin makes begin with it.',
        unset: 'URLs are relative',
      }),
  },
  { error: () => 'false, or an object such as { strict: true }' }
);

/** Schema of the key `transforms` of the configuration. */
export const transformsSchema = z
  .union([z.literal(false), optionsSchema], {
    error: () => 'false, or an object such as { strict: true }',
  })
  .prefault({});

/** Settings of the variants that URLs can ask for. */
export type TransformOptions = z.output<typeof optionsSchema>;
export type Preset = z.output<typeof presetSchema>;
