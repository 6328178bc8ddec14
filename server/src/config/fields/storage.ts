import { z } from 'zod';
import { providerTimeoutSchema } from '../provider-timeout';
import { privateSchema } from '../private';
import { anyObject, oneOf, wholeNumber } from '../values';

/** Settings for where and how files are stored. */
export const storageFields = {
  provider: z
    .string({ error: () => 'the name of a provider' })
    .min(1)
    .default('local')
    .describe(
      'Where files are stored: `local`, a short name of `@strapi/provider-upload-<name>`, a package name, or a path ' +
        '(`./src/provider`). Change it to store files elsewhere than on the local disk ([providers](providers.md)).'
    ),
  providerOptions: anyObject
    .default({})
    .describe('Handed to the provider. Its own documentation says what it takes.'),
  actionOptions: anyObject
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
  durability: oneOf('strict', 'relaxed')
    .default('strict')
    .describe(
      "`'strict'`: bytes and names are synced to the disk before the answer. `'relaxed'`: not, which is faster where a power " +
        'cut may lose the last uploads.'
    ),
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
  allowPrivate: z
    .boolean({ error: () => 'true or false' })
    .default(false)
    .describe(
      '`true`: `fileInfo.private` (`true` or `false`) decides for each new file. Otherwise a request for the other kind is a ' +
        '400. For the local provider only. ' +
        'Set it where some files are private and others are not.'
    ),
  private: privateSchema.prefault({}),
};
