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
      // An object is a value for a plugin that makes sizes itself (strapi-plugin-img-convert). strapi-upload ignores
      // such a value.
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
      'Sizes that are made of each image: the name, and the length of the longer side in pixels. After a ' +
        'change, [regenerate](images.md#make-the-sizes-of-stored-images-again) the sizes of stored images.'
    ),
  sharp: z
    .looseObject(
      {
        cache: z
          .union([z.boolean(), anyObject], {
            error: () => 'true, false, or an object such as { memory: 50 }',
          })
          .default(false)
          .describe('The cache of libvips, as an argument of `sharp.cache()`.'),
        concurrency: wholeNumber('a whole number of threads, at least 0', 0)
          .default(1)
          .describe(
            'How many threads libvips uses for one image. `0`: sharp chooses the number. Raise it if few images are ' +
              'uploaded at the same time and the machine has many cores.'
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
            'Types of files that are accepted, such as `image/*` ([types of files](security.md#types-of-files)). If a ' +
            'type has several names, each of them can be used. Set it to the types that your project needs.',
          unset: 'all types',
        }),
        deniedTypes: typePatterns.optional().meta({
          description:
            'Types of files that are refused. A file is refused if its bytes, its name or the client indicate one of ' +
            'these types. This setting has priority over `security.allowedTypes`.',
          unset: 'none',
        }),
        svg: oneOf('sanitize', 'reject', 'keep')
          .default('sanitize')
          .describe(
            "SVGs can contain scripts. `'sanitize'`: SVGs are stored without scripts ([what " +
              "stays](security.md#what-stays-of-an-svg)). `'reject'`: SVGs are refused. `'keep'`: SVGs are stored " +
              "unchanged. Use `'keep'` only if all people who may upload are trusted."
          ),
        scan: z
          .custom<Scan>((value) => typeof value === 'function', { error: () => 'a function' })
          .optional()
          .meta({
            description:
              'Your own function that checks each file before it is stored ' +
              '([how](security.md#your-own-check-of-each-file)). Set it to check files for viruses.',
            unset: 'none',
          }),
        scanTimeout: wholeNumber('a whole number of milliseconds, at least 1', 1)
          .default(60_000)
          .describe(
            'How long the check of one file by `security.scan` may take. Raise it if a slow check receives large ' +
              'files.'
          ),
      },
      { error: () => 'an object with allowedTypes, deniedTypes, svg and scan' }
    )
    .default({ svg: 'sanitize', scanTimeout: 60_000 }),
};
