import { z } from 'zod';
import { limitsSchema, minimumRateSchema } from '../limits';
import { byteSize, oneOf, wholeNumber } from '../values';

/** Settings for requests: their limits, and how they are read. */
export const requestsFields = {
  sizeLimit: byteSize({ unlimited: true })
    .default(1_000_000_000)
    .describe(
      'Maximum number of bytes of one file. Units in a text, such as `mb`, are powers of 1024. Raise it for ' +
        'larger files. A proxy in front of Strapi may have a limit of its own (`client_max_body_size` of nginx).'
    ),
  limits: limitsSchema
    .default({})
    .describe(
      'How many bytes and files roles, users and tokens may upload ([limits](limits-and-ownership.md)). Set it ' +
        'if people whom you do not know may upload.'
    ),
  minimumRate: minimumRateSchema
    .default({ bytesPerSecond: 500, after: 60 })
    .describe(
      'The lowest rate at which a client may send a request body. `false`: no limit ([slow ' +
        'clients](limits-and-ownership.md#slow-clients)). Lower it if people upload over very slow connections.'
    ),
  concurrentUploadRequests: wholeNumber('a whole number, at least 1')
    .default(1)
    .describe(
      'How many upload requests the admin panel sends at the same time. Raise it if editors upload many small ' +
        'files over slow connections.'
    ),
  batch: oneOf('all', 'partial')
    .default('all')
    .describe(
      "What happens to a request with a refused file. `'all'`: the whole request is refused. `'partial'`: the " +
        "other files are stored. The request is refused only if no file is left. Use `'partial'` if people send " +
        'many files at once, and the accepted files should be stored.'
    ),
  entryFiles: z
    .boolean({ error: () => 'true or false' })
    .default(true)
    .describe(
      '`false`: [forms with an entry and its ' +
        'files](links-and-entries.md#send-an-entry-and-its-files-in-one-request) are left to Strapi, which ' +
        'refuses them. Set it to `false` if such forms must have the same response as with the built-in.'
    ),
  receive: oneOf('auto', 'route')
    .default('auto')
    .describe(
      "Where the form of an upload is read. `'auto'`: if code of your project runs before the route and may use " +
        'the form, the form is read before this code, after the check of the permission. Otherwise the route ' +
        "reads the form. `'route'`: the route always reads the form ([code of your " +
        "own](upgrade.md#code-of-your-own-around-uploads)). Use `'route'` if a login of your own accepts a token " +
        'only once.'
    ),
  otherForms: oneOf('tidy', 'builtin')
    .default('tidy')
    .describe(
      "What happens to forms that are sent to routes outside of this plugin. `'tidy'`: a form for which there " +
        'is no route is not read, and temporary files are removed with the response ' +
        "([security](security.md#forms-to-other-routes)). `'builtin'`: forms are handled as without this plugin. " +
        "Use `'builtin'` if your own code opens a temporary file after the response."
    ),
  urlImport: z
    .looseObject(
      {
        timeout: wholeNumber('a whole number of milliseconds, at least 1000', 1000)
          .default(300_000)
          .describe(
            'The longest time for the transfer of a file that an editor imports from a URL. Raise it if editors ' +
              'import large files over slow connections.'
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
            'Networks that are not public, but from which editors may import files. Add the networks of your own ' +
              'servers from which editors import files.'
          ),
        proxyResolves: z
          .boolean({ error: () => 'true or false' })
          .default(false)
          .describe(
            '`true`, with `server.proxy`: only the proxy resolves host names. The proxy must then refuse hosts of ' +
              'your own network ([security](security.md#files-fetched-through-a-proxy)). Set it in networks in which ' +
              'only the proxy can resolve host names.'
          ),
      },
      { error: () => 'an object such as { timeout: 300000, allowedNetworks: [] }' }
    )
    .default({ timeout: 300_000, allowedNetworks: [], proxyResolves: false }),
};
