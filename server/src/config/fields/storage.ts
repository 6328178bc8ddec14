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
      'Where files are stored: `local`, the short name of a package `@strapi/provider-upload-<name>`, the name ' +
        'of a package, or a path (`./src/provider`). Change it to store files in another place than the local ' +
        'disk ([providers](providers.md)).'
    ),
  providerOptions: anyObject
    .default({})
    .describe(
      'Options that are passed to the provider. The documentation of the provider describes them.'
    ),
  actionOptions: anyObject
    .default({})
    .describe(
      'Options for each method of the provider. The documentation of the provider describes them.'
    ),
  providerTimeout: providerTimeoutSchema.describe(
    'How long a call of the provider may take. `false`: no limit. A request whose call takes longer is ' +
      'answered with 503. If the provider stores the file later, recovery removes it. Raise it for a slow ' +
      'provider.'
  ),
  concurrentUploadSize: wholeNumber('a whole number, at least 1')
    .default(1)
    .describe(
      'How many objects of one request (files, and sizes of images) are sent to the storage at the same time. ' +
        'Raise it for a provider that answers slowly: with `5`, an image and its four sizes are sent at the same ' +
        'time.'
    ),
  durability: oneOf('strict', 'relaxed')
    .default('strict')
    .describe(
      "`'strict'`: the bytes and names of files are synced to the disk before the response. `'relaxed'`: they " +
        'are not synced. That is faster, but a power failure can lose the last uploads.'
    ),
  recovery: z
    .looseObject(
      {
        lease: wholeNumber('a whole number of milliseconds, at least 1000', 1000)
          .default(60_000)
          .describe(
            'How long unfinished work belongs to its process after that process has last shown that it is running. ' +
              'Raise it if the clocks of several instances differ by more than this time.'
          ),
        interval: wholeNumber('a whole number of milliseconds, at least 1000', 1000)
          .default(30_000)
          .describe(
            'How often an instance looks for unfinished work of other instances. Lower it together with ' +
              '`recovery.lease` to have the work of a dead process rolled back sooner.'
          ),
      },
      { error: () => 'an object such as { lease: 60000, interval: 30000 }' }
    )
    .default({ lease: 60_000, interval: 30_000 }),
  allowPrivate: z
    .boolean({ error: () => 'true or false' })
    .default(false)
    .describe(
      '`true`: `fileInfo.private` (`true` or `false`) decides for each new file whether it is private. `false`: ' +
        'a request whose `fileInfo.private` differs from `providerOptions.private` is answered with 400. This ' +
        'setting is for the local provider only. Set it if some files are private and others are not.'
    ),
  private: privateSchema.prefault({}),
};
