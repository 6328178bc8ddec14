import { z } from 'zod';
import type { Scan } from '../scan';
import { imagesSchema } from '../images';
import { anyObject, oneOf, wholeNumber } from '../values';

const typePatterns = z.array(
  z
    .string()
    .trim()
    .regex(/^(\*|[\w.+*-]+\/[\w.+*-]+)(\s*;.*)?$/, 'a list of types such as "image/*"'),
  { error: () => 'a list of types such as ["image/*", "application/pdf"]' }
);

const PIXELS = 'a whole number of pixels, at least 1';

const numbersIn = (record: Record<string, unknown>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(record).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number'
    )
  );

/** Settings for the content of files, and for the sizes of images. */
export const contentsFields = {
  breakpoints: z
    .record(
      z.string().regex(/^[\w-]+$/),
      // An object is a value for a plugin that makes sizes itself (strapi-plugin-img-convert). This plugin ignores it.
      z.union([wholeNumber(PIXELS), z.looseObject({})], { error: () => PIXELS }),
      {
        error: ({ code }) =>
          code === 'invalid_key'
            ? 'names of letters, digits, "-" and "_"'
            : 'an object of names and pixels such as { large: 1000 }',
      }
    )
    .transform(numbersIn)
    .default({ large: 1000, medium: 750, small: 500 })
    .describe(
      'Sizes made of an image: name and longest side in pixels. After a change, [regenerate](images.md#make-the-sizes-of-stored-images-again) ' +
        'the sizes of stored images.'
    ),
  sharp: z
    .looseObject(
      {
        cache: z
          .union([z.boolean(), anyObject], {
            error: () => 'true, false, or an object such as { memory: 50 }',
          })
          .default(false)
          .describe('How libvips caches, as `sharp.cache()` takes it.'),
        concurrency: wholeNumber('a whole number of threads, at least 0', 0)
          .default(1)
          .describe(
            'How many threads libvips has for one image; `0`: as many as sharp chooses. Raise it where few images come at a time and the machine has many cores.'
          ),
      },
      { error: () => 'an object such as { cache: false, concurrency: 1 }' }
    )
    .default({ cache: false, concurrency: 1 }),
  images: imagesSchema.prefault({}),
  security: z
    .looseObject(
      {
        allowedTypes: typePatterns.optional().meta({
          description:
            'Types that are accepted, such as `image/*` ([types of files](security.md#types-of-files)). A type counts under all ' +
            'its names. Set it to what your project needs.',
          unset: 'all types',
        }),
        deniedTypes: typePatterns.optional().meta({
          description:
            'Types that are refused when the bytes, the name or the client say them. It wins over `security.allowedTypes`.',
          unset: 'none',
        }),
        svg: oneOf('sanitize', 'reject', 'keep')
          .default('sanitize')
          .describe(
            "SVGs can contain scripts. `'sanitize'`: they are stored without them " +
              "([what that means](security.md#what-stays-of-an-svg)); `'reject'`: they are refused; `'keep'`: they are stored as " +
              'they came. ' +
              "Take `'keep'` only where trusted people alone upload."
          ),
        scan: z
          .custom<Scan>((value) => typeof value === 'function', { error: () => 'a function' })
          .optional()
          .meta({
            description:
              'Your own check of each file before it is stored ([how](security.md#your-own-check-of-each-file)). Set it to have files looked at for viruses.',
            unset: 'none',
          }),
        scanTimeout: wholeNumber('a whole number of milliseconds, at least 1', 1)
          .default(60_000)
          .describe(
            'How long that check of one file may take. Raise it where a slow check gets large files.'
          ),
      },
      { error: () => 'an object with allowedTypes, deniedTypes, svg and scan' }
    )
    .default({ svg: 'sanitize', scanTimeout: 60_000 }),
};
