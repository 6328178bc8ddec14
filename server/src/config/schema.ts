import { z } from 'zod';
import type { Scan } from './scan';
import { accessSchema } from './access';
import { imagesSchema } from './images';
import { limitsSchema, minimumRateSchema } from './limits';
import { localOptionsSchema, privateSchema } from './private';
import { providerTimeoutSchema } from './provider-timeout';
import { byteSize, oneOf, wholeNumber } from './values';

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

const options = z.record(z.string(), z.unknown(), { error: () => 'an object' });

/** Strapi takes names of providers in any case. */
export const isLocal = ({ provider }: { provider: string }): boolean =>
  provider.toLowerCase() === 'local';

/**
 * `upload.config` of a project's `config/plugins`: the built-in plugin's keys with the same
 * meaning. Keys unknown to us are left alone, since providers and projects add their own.
 * Each message says what is allowed; {@link describeConfigError} puts key and value before it.
 */
const fields = z.looseObject({
  /** `local`, a short name of `@strapi/provider-upload-<name>`, or a package name. */
  provider: z
    .string({ error: () => 'the name of a provider' })
    .min(1)
    .default('local'),
  /** How long the provider may take. */
  providerTimeout: providerTimeoutSchema,
  /** Handed to the provider's `init`. */
  providerOptions: options.default({}),
  /** Options per provider method. */
  actionOptions: options.default({}),
  /** Most bytes of one file. */
  sizeLimit: byteSize({ unlimited: true }).default(1_000_000_000),
  /** How much each caller may bring. */
  limits: limitsSchema.default({}),
  /** A client that sends its body slower is answered 408. */
  minimumRate: minimumRateSchema.default({ bytesPerSecond: 500, after: 60 }),
  /** Name and longest side, in pixels, of each size that is made of a picture. */
  breakpoints: z
    .record(
      z.string().regex(/^[\w-]+$/),
      // An object is for a plugin that makes sizes itself (strapi-plugin-img-convert); ours makes none of it.
      z.union([wholeNumber(PIXELS), z.looseObject({})], { error: () => PIXELS }),
      {
        error: ({ code }) =>
          code === 'invalid_key'
            ? 'names of letters, digits, "-" and "_"'
            : 'an object of names and pixels such as { large: 1000 }',
      }
    )
    .transform(numbersIn)
    .default({ large: 1000, medium: 750, small: 500 }),
  /** How libvips caches and how many threads it uses for one picture. */
  sharp: z
    .looseObject(
      {
        cache: z.union([z.boolean(), options]).default(false),
        concurrency: wholeNumber('a whole number of threads, at least 0', 0).default(1),
      },
      { error: () => 'an object such as { cache: false, concurrency: 1 }' }
    )
    .default({ cache: false, concurrency: 1 }),
  /** Most objects of one request, files and formats, that are sent to storage at the same time. */
  concurrentUploadSize: wholeNumber('a whole number, at least 1').default(1),
  /** Most requests that the admin panel sends at the same time. */
  concurrentUploadRequests: wholeNumber('a whole number, at least 1').default(1),
  /** `strict`: bytes and names are synced to the disk before an upload is answered. */
  durability: oneOf('strict', 'relaxed').default('strict'),
  /** `all`: one refused file refuses its request; `partial`: it is left out. */
  batch: oneOf('all', 'partial').default('all'),
  /** What becomes of the URL of a replaced file. */
  replace: z
    .looseObject(
      { url: oneOf('stable', 'versioned').default('stable') },
      { error: () => "an object such as { url: 'versioned' }" }
    )
    .default({ url: 'stable' }),
  /** How instances look after each other's unfinished work. Times in ms. */
  recovery: z
    .looseObject(
      {
        /** How long an upload belongs to its instance after each sign of life of that one. */
        lease: wholeNumber('a whole number of milliseconds, at least 1000', 1000).default(60_000),
        /** Pause between two recovery passes. */
        interval: wholeNumber('a whole number of milliseconds, at least 1000', 1000).default(
          30_000
        ),
      },
      { error: () => 'an object such as { lease: 60000, interval: 30000 }' }
    )
    .default({ lease: 60_000, interval: 30_000 }),
  /** Whether an entry may be sent together with its files, to Strapi's own create and update. */
  entryFiles: z.boolean({ error: () => 'true or false' }).default(true),
  /**
   * Where forms of files are read: `auto` in front of a project's code that comes before the route and may look at them,
   * else by the route; `route` always by the route.
   */
  receive: oneOf('auto', 'route').default('auto'),
  /** What becomes of forms to routes that are not this plugin's: `builtin` as without it. */
  otherForms: oneOf('tidy', 'builtin').default('tidy'),
  /** Links of uploaded files to entries (`ref`, `refId`, `field`). */
  links: z
    .looseObject(
      {
        /** Whether a link must lead to an entry and a media attribute that takes the file. */
        validate: z.boolean({ error: () => 'true or false' }).default(true),
        /** Whether the caller must be allowed to update the entry. */
        authorize: z.boolean({ error: () => 'true or false' }).default(true),
      },
      { error: () => 'an object such as { validate: true, authorize: true }' }
    )
    .default({ validate: true, authorize: true }),
  /** Moving and deleting many files at once in the Media Library. */
  bulk: z
    .looseObject(
      {
        /** Whether conditions of a role, such as "is creator", count for each of the files. */
        checkConditions: z.boolean({ error: () => 'true or false' }).default(true),
      },
      { error: () => 'an object such as { checkConditions: false }' }
    )
    .default({ checkConditions: true }),
  /** What callers of the content API may not do, whatever their permissions say. */
  access: accessSchema.prefault({}),
  /** Deleting files. */
  delete: z
    .looseObject(
      {
        /** Whether files that entries use are kept, and their deletion is answered with 409. */
        refuseWhenUsed: z.boolean({ error: () => 'true or false' }).default(false),
        /** Whether stored objects go with a row that a query past the plugin deletes (`strapi.db.query`). */
        objectsOfDeletedRows: z.boolean({ error: () => 'true or false' }).default(false),
      },
      { error: () => 'an object such as { refuseWhenUsed: true }' }
    )
    .default({ refuseWhenUsed: false, objectsOfDeletedRows: false }),
  /** Files that editors fetch by their URL. */
  urlImport: z
    .looseObject(
      {
        /** Longest transfer of one file, in ms. */
        timeout: wholeNumber('a whole number of milliseconds, at least 1000', 1000).default(
          300_000
        ),
        /** Networks that are not public and may be asked all the same, in CIDR notation. */
        allowedNetworks: z
          .array(
            z.union([z.cidrv4(), z.cidrv6()], {
              error: () => 'networks such as "10.1.0.0/16"',
            })
          )
          .default([]),
        /** Whether the proxy alone looks names up, where requests go through one. */
        proxyResolves: z.boolean({ error: () => 'true or false' }).default(false),
      },
      { error: () => 'an object such as { timeout: 300000, allowedNetworks: [] }' }
    )
    .default({ timeout: 300_000, allowedNetworks: [], proxyResolves: false }),
  /** What is made of pictures. */
  images: imagesSchema.prefault({}),
  /** How stored files are served below `/uploads`. */
  serving: z
    .looseObject(
      {
        /** Whether files are served before the project's global middlewares. */
        early: z.boolean({ error: () => 'true or false' }).default(false),
        /** Value of the header Cache-Control. */
        cacheControl: z
          .string({ error: () => 'a header value such as "public, max-age=3600"' })
          .regex(/^[\x20-\x7e]+$/, 'a header value such as "public, max-age=3600"')
          .optional(),
      },
      { error: () => 'an object such as { early: true }' }
    )
    .default({ early: false }),
  /** Whether `fileInfo.private` chooses for each file whether it is private. */
  allowPrivate: z.boolean({ error: () => 'true or false' }).default(false),
  /** How URLs of private files are signed; for the local provider. */
  private: privateSchema.prefault({}),
  /** Types that are let in; `deniedTypes` wins over `allowedTypes`. */
  security: z
    .looseObject(
      {
        allowedTypes: typePatterns.optional(),
        deniedTypes: typePatterns.optional(),
        /** SVGs can hold scripts: they are made safe, refused, or kept as they are. */
        svg: oneOf('sanitize', 'reject', 'keep').default('sanitize'),
        /** The project's own check of each file before it is stored. */
        scan: z
          .custom<Scan>((value) => typeof value === 'function', { error: () => 'a function' })
          .optional(),
        /** Longest wait for the check of one file, in ms. */
        scanTimeout: wholeNumber('a whole number of milliseconds, at least 1', 1).default(60_000),
      },
      { error: () => 'an object with allowedTypes, deniedTypes, svg and scan' }
    )
    .default({ svg: 'sanitize', scanTimeout: 60_000 }),
});

/** What each key may be. */
export const fieldSchemas = fields.shape;

/** The same with what depends on the provider; other providers' options are theirs alone. */
export const configSchema = fields.superRefine((config, context) => {
  if (isLocal(config)) {
    const { error } = localOptionsSchema.safeParse(config.providerOptions);
    for (const { path, message } of error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: ['providerOptions', ...path], message });
    }
  } else if (config.allowPrivate) {
    const message = 'true where the provider is "local", which can keep private files apart';
    context.addIssue({ code: 'custom', path: ['allowPrivate'], message });
  }
});

/** The plugin's configuration with our defaults filled in. */
export type UploadConfig = z.output<typeof configSchema>;

/** One sentence per problem: which key, which value unless it holds secrets, what is allowed. */
export function describeConfigError(error: z.ZodError, raw: unknown): string {
  return error.issues
    .map(({ path, message }) => {
      const value = path.reduce<unknown>(
        (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
        raw
      );
      const isSecret = path[0] === 'private' && (path.length === 1 || path[1] === 'keys');
      const shown = isSecret ? 'wrong' : (JSON.stringify(value) ?? String(value));
      return `"${path.join('.')}" is ${shown}; allowed: ${message}.`;
    })
    .join(' ');
}
