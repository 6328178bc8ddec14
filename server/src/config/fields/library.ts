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
            "A replaced file keeps its URL (`'stable'`) or gets a new one with the right extension (`'versioned'`). Take " +
              "`'versioned'` where browsers or a CDN keep copies for long, and with providers, where a failed replacement then keeps the old file."
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
};
