import { z } from 'zod';
import { accessSchema } from '../access';
import { oneOf } from '../values';

/** Settings for changing, deleting and serving stored files. */
export const libraryFields = {
  replace: z
    .looseObject(
      {
        url: oneOf('stable', 'versioned')
          .default('stable')
          .describe(
            "`'stable'`: a replaced file keeps its URL. `'versioned'`: it gets a new URL with the right extension. " +
              "Use `'versioned'` if browsers or a CDN keep copies for a long time. Use it also with storage providers: " +
              'the old file is then kept if the replacement fails.'
          ),
      },
      { error: () => "an object such as { url: 'versioned' }" }
    )
    .default({ url: 'stable' }),
  links: z
    .looseObject(
      {
        validate: z
          .boolean({ error: () => 'true or false' })
          .default(true)
          .describe(
            '`false`: links are written without a check. Entries can then show files that their attributes do not ' +
              'accept. A link to an entry that does not exist appears in an entry that is created later with the same ' +
              'id. Set it to `false` for clients of the built-in that rely on such links.'
          ),
        authorize: z
          .boolean({ error: () => 'true or false' })
          .default(true)
          .describe(
            '`false`: everybody who may upload can change the images of every entry of every model. Set it to `false` ' +
              'for clients of the built-in that may upload but may not update entries.'
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
            'Whether the conditions of a role, such as "is creator", apply to files that are moved or deleted in bulk ' +
              'in the Media Library. `false`: they do not apply, as with the built-in.'
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
            '`true`: files that entries use are not deleted, and [the response is ' +
              '409](usage-and-deletion.md#keep-what-is-used). Each deletion then searches for entries that use the ' +
              'files ([what it costs](usage-and-deletion.md#what-it-costs)).'
          ),
        objectsOfDeletedRows: z
          .boolean({ error: () => 'true or false' })
          .default(false)
          .describe(
            '`true`: if your own code deletes the row of a file without this plugin, with `strapi.db.query` or ' +
              '`strapi.documents`, the stored objects of the file are deleted too. `false`: they stay, as with the ' +
              'built-in. For each row, the tables of files and of the ledger are read, because another row may name the ' +
              'same objects. Set it if such code should delete the files.'
          ),
      },
      { error: () => 'an object such as { refuseWhenUsed: true }' }
    )
    .default({ refuseWhenUsed: false, objectsOfDeletedRows: false }),
  serving: z
    .looseObject(
      {
        early: z
          .boolean({ error: () => 'true or false' })
          .default(false)
          .describe(
            '`true`: files are served before the global middlewares of the project run, which is faster ' +
              '([serving](serving.md)). Set it if none of your middlewares has to see requests for files.'
          ),
        cacheControl: z
          .string({ error: () => 'a header value such as "public, max-age=3600"' })
          .regex(/^[\x20-\x7e]+$/, 'a header value such as "public, max-age=3600"')
          .optional()
          .meta({
            description:
              'Value of the header `Cache-Control`. Raise `max-age` if no file is replaced under its URL (`replace.url: ' +
              "'versioned'`).",
            unset: "`max-age=0`; with `replace.url: 'versioned'` `max-age=31536000, immutable`",
          }),
      },
      { error: () => 'an object such as { early: true }' }
    )
    .default({ early: false }),
};
