import { z } from 'zod';
import { limitsSchema, minimumRateSchema } from '../limits';
import { byteSize, oneOf, wholeNumber } from '../values';

/** Settings for requests: their limits, and how they are read. */
export const requestsFields = {
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
  concurrentUploadRequests: wholeNumber('a whole number, at least 1')
    .default(1)
    .describe(
      'Most requests that the admin panel sends at the same time. ' +
        'Raise it where editors upload many small files over slow lines.'
    ),
  batch: oneOf('all', 'partial')
    .default('all')
    .describe(
      "What happens to a request with a refused file. `'all'`: the request is refused. `'partial'`: the file is left out, as " +
        'long as one file is left. ' +
        "Take `'partial'` where people send many files at once and want those stored that are fine."
    ),
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
};
