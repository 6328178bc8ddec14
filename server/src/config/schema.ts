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
 * The descriptions are Markdown: `npm run docs:configuration` makes docs/configuration.md of them.
 */
const fields = z.looseObject({
  provider: z
    .string({ error: () => 'the name of a provider' })
    .min(1)
    .default('local')
    .describe(
      'Where files are stored: `local`, a short name of `@strapi/provider-upload-<name>`, a package name, or a path ' +
        '(`./src/provider`). Change it to store files elsewhere than on the local disk ([providers](providers.md)).'
    ),
  providerOptions: options
    .default({})
    .describe('Handed to the provider. Its own documentation says what it takes.'),
  actionOptions: options
    .default({})
    .describe(
      "Options per method of the provider. The provider's own documentation says what it takes."
    ),
  providerTimeout: providerTimeoutSchema.describe(
    'How long a provider may take. `false`: no bound. A call that takes longer is answered 503; recovery removes what the ' +
      'provider has stored after all. ' +
      'Raise it for a slow provider.'
  ),
  concurrentUploadSize: wholeNumber('a whole number, at least 1')
    .default(1)
    .describe(
      'Most objects of one request, files and sizes of images, that are sent to storage at the same time. Raise it for a ' +
        'provider that is far away: with `5` an image and its four sizes go at the same time.'
    ),
  sizeLimit: byteSize({ unlimited: true })
    .default(1_000_000_000)
    .describe(
      'Most bytes of one file. A unit in a text is a power of 1024. ' +
        'Raise it for larger files; a proxy in front may have a limit of its own (`client_max_body_size` of nginx).'
    ),
  limits: limitsSchema
    .default({})
    .describe(
      'Bytes and files that roles, users and tokens may upload: [limits](limits-and-ownership.md). Set it where people whom you do not know may upload.'
    ),
  minimumRate: minimumRateSchema
    .default({ bytesPerSecond: 500, after: 60 })
    .describe(
      'How slowly a body may come in; `false`: no bound ([slow clients](limits-and-ownership.md#slow-clients)). Lower it ' +
        'where people upload over very slow connections.'
    ),
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
    .default({ large: 1000, medium: 750, small: 500 })
    .describe(
      'Sizes made of an image: name and longest side in pixels. After a change, [regenerate](images.md#make-the-sizes-of-stored-images-again) ' +
        'the sizes of stored images.'
    ),
  sharp: z
    .looseObject(
      {
        cache: z
          .union([z.boolean(), options], {
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
  concurrentUploadRequests: wholeNumber('a whole number, at least 1')
    .default(1)
    .describe(
      'Most requests that the admin panel sends at the same time. ' +
        'Raise it where editors upload many small files over slow lines.'
    ),
  durability: oneOf('strict', 'relaxed')
    .default('strict')
    .describe(
      "`'strict'`: bytes and names are synced to the disk before the answer. `'relaxed'`: not, which is faster where a power " +
        'cut may lose the last uploads.'
    ),
  batch: oneOf('all', 'partial')
    .default('all')
    .describe(
      "What happens to a request with a refused file. `'all'`: the request is refused. `'partial'`: the file is left out, as " +
        'long as one file is left. ' +
        "Take `'partial'` where people send many files at once and want those stored that are fine."
    ),
  replace: z
    .looseObject(
      {
        url: oneOf('stable', 'versioned')
          .default('stable')
          .describe(
            "A replaced file keeps its URL (`'stable'`) or gets a new one with the right extension (`'versioned'`). Take " +
              "`'versioned'` where browsers or a CDN keep copies for long, and with providers, where a failed replacement then keeps the old file."
          ),
      },
      { error: () => "an object such as { url: 'versioned' }" }
    )
    .default({ url: 'stable' }),
  recovery: z
    .looseObject(
      {
        lease: wholeNumber('a whole number of milliseconds, at least 1000', 1000)
          .default(60_000)
          .describe(
            'How long unfinished work belongs to its process after its last sign of life. Raise it where the clocks of ' +
              'several instances differ by more than that.'
          ),
        interval: wholeNumber('a whole number of milliseconds, at least 1000', 1000)
          .default(30_000)
          .describe(
            'How often an instance looks for unfinished work of others. ' +
              'Lower it, and the lease, to have the work of a dead process taken back sooner.'
          ),
      },
      { error: () => 'an object such as { lease: 60000, interval: 30000 }' }
    )
    .default({ lease: 60_000, interval: 30_000 }),
  entryFiles: z
    .boolean({ error: () => 'true or false' })
    .default(true)
    .describe(
      '`false`: [forms with an entry and its files](links-and-entries.md#send-an-entry-and-its-files-in-one-request) are left to Strapi, ' +
        'which refuses them. ' +
        'Set it where forms to entries must be answered as by the built-in.'
    ),
  receive: oneOf('auto', 'route')
    .default('auto')
    .describe(
      "Where the form of an upload is read. `'auto'`: in front of code of your project that comes before the route and may look " +
        "at it, once the request is allowed; else by the route. `'route'`: always by the route " +
        '([code of your own](upgrade.md#code-of-your-own-around-uploads)). Take that where a login of your own takes a token once only.'
    ),
  otherForms: oneOf('tidy', 'builtin')
    .default('tidy')
    .describe(
      "Forms to routes that are not this plugin's. `'tidy'`: a form that no route takes is not read, and temporary files are " +
        "removed with the answer ([security](security.md#forms-to-other-routes)). `'builtin'`: as without this plugin. " +
        'Take that where code of yours opens such a file after the answer.'
    ),
  links: z
    .looseObject(
      {
        validate: z
          .boolean({ error: () => 'true or false' })
          .default(true)
          .describe(
            '`false`: any link is written as it was asked for. Entries can then show files that their attributes do not take. A ' +
              'link to an entry that does not exist shows up in an entry that is made later with the same id. ' +
              'It is for clients of the built-in that rely on such links.'
          ),
        authorize: z
          .boolean({ error: () => 'true or false' })
          .default(true)
          .describe(
            '`false`: everybody who may upload can change the images of every entry of every model. ' +
              'It is for clients of the built-in that may upload and may not update entries.'
          ),
      },
      { error: () => 'an object such as { validate: true, authorize: true }' }
    )
    .default({ validate: true, authorize: true }),
  bulk: z
    .looseObject(
      {
        checkConditions: z
          .boolean({ error: () => 'true or false' })
          .default(true)
          .describe(
            'Whether conditions of a role, such as "is creator", count for files moved or deleted in bulk in the Media Library. `false`: ' +
              'they do not, as with the built-in.'
          ),
      },
      { error: () => 'an object such as { checkConditions: false }' }
    )
    .default({ checkConditions: true }),
  access: accessSchema.prefault({}),
  delete: z
    .looseObject(
      {
        refuseWhenUsed: z
          .boolean({ error: () => 'true or false' })
          .default(false)
          .describe(
            '`true`: files that entries use are not deleted: [the answer is 409](usage-and-deletion.md#keep-what-is-used). Each deletion ' +
              'looks for uses then ([what it costs](usage-and-deletion.md#what-it-costs)).'
          ),
        objectsOfDeletedRows: z
          .boolean({ error: () => 'true or false' })
          .default(false)
          .describe(
            "`true`: stored objects go too when code of your own deletes a file's row past this plugin, by `strapi.db.query` or " +
              '`strapi.documents`. Otherwise they stay, as with the built-in. For each row the tables of files and of the ledger ' +
              'are read, since another row may name the objects. Set it where such code is meant to delete the files.'
          ),
      },
      { error: () => 'an object such as { refuseWhenUsed: true }' }
    )
    .default({ refuseWhenUsed: false, objectsOfDeletedRows: false }),
  urlImport: z
    .looseObject(
      {
        timeout: wholeNumber('a whole number of milliseconds, at least 1000', 1000)
          .default(300_000)
          .describe(
            'Longest transfer of a file that an editor fetches by its URL. ' +
              'Raise it where editors fetch large files over slow lines.'
          ),
        allowedNetworks: z
          .array(
            z.union([z.cidrv4(), z.cidrv6()], {
              error: () => 'networks such as "10.1.0.0/16"',
            }),
            { error: () => 'a list of networks such as ["10.1.0.0/16"]' }
          )
          .default([])
          .describe(
            'Networks that are not public and may be asked for files all the same. ' +
              'Name those in which editors fetch files from servers of your own.'
          ),
        proxyResolves: z
          .boolean({ error: () => 'true or false' })
          .default(false)
          .describe(
            '`true`, with `server.proxy`: names are looked up by the proxy alone, which must then refuse those of your own ' +
              'network ([security](security.md#files-fetched-through-a-proxy)). ' +
              'Set it in networks in which only the proxy can look names up.'
          ),
      },
      { error: () => 'an object such as { timeout: 300000, allowedNetworks: [] }' }
    )
    .default({ timeout: 300_000, allowedNetworks: [], proxyResolves: false }),
  images: imagesSchema.prefault({}),
  serving: z
    .looseObject(
      {
        early: z
          .boolean({ error: () => 'true or false' })
          .default(false)
          .describe(
            "`true`: files are served before the project's global middlewares, which is faster ([serving](serving.md)). " +
              'Set it where no middleware of yours must see requests for files.'
          ),
        cacheControl: z
          .string({ error: () => 'a header value such as "public, max-age=3600"' })
          .regex(/^[\x20-\x7e]+$/, 'a header value such as "public, max-age=3600"')
          .optional()
          .meta({
            description:
              "Value of `Cache-Control`. Raise `max-age` where no file is replaced under its URL (`replace.url: 'versioned'`).",
            unset: "`max-age=0`; with `replace.url: 'versioned'` `max-age=31536000, immutable`",
          }),
      },
      { error: () => 'an object such as { early: true }' }
    )
    .default({ early: false }),
  allowPrivate: z
    .boolean({ error: () => 'true or false' })
    .default(false)
    .describe(
      '`true`: `fileInfo.private` (`true` or `false`) decides for each new file. Otherwise a request for the other kind is a ' +
        '400. For the local provider only. ' +
        'Set it where some files are private and others are not.'
    ),
  private: privateSchema.prefault({}),
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
