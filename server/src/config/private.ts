import { z } from 'zod';
import { wholeNumber } from './values';

/** Minimum length of a secret in bytes: the length of the signing hash. */
const SECRET_BYTES = 32;

/** Longest validity of a signature, in seconds: a week. */
export const LONGEST_LIFE = 604_800;

/** Shortest validity that can be configured, in seconds: a page needs time to load its images. */
const SHORTEST_LIFE = 10;

const id = z
  .string({ error: () => 'a name of up to 32 letters, digits, "-" and "_"' })
  .regex(/^[\w-]{1,32}$/, 'a name of up to 32 letters, digits, "-" and "_"');

const secret = z
  .string({ error: () => 'a secret of at least 32 bytes' })
  .refine((value) => Buffer.byteLength(value) >= SECRET_BYTES, 'a secret of at least 32 bytes');

const DATE = 'a date such as "2027-01-31T12:00:00Z"';

const until = z
  .union([z.string(), z.date()], { error: () => DATE })
  .transform((date) => new Date(date).getTime())
  .refine((time) => !Number.isNaN(time), DATE);

const keys = z
  .array(
    z.strictObject({
      id: id.describe('The name of the key in a URL (`kid`).'),
      secret: secret.describe('The secret that signs and verifies URLs. Keep it out of git.'),
      until: until
        .optional()
        .describe(
          'The date until which the key verifies URLs. The first key must not have this date.'
        ),
    }),
    {
      error: () => 'a list of keys such as { id: "2027", secret: "…" }',
    }
  )
  .min(1, 'a list of at least one key')
  .refine(
    ([first]) => first?.until === undefined,
    'a list whose first key has no "until", because the first key signs'
  )
  .refine(
    (all) => new Set(all.map((key) => key.id)).size === all.length,
    'a list of keys with different ids'
  );

/** `private` of the configuration: how URLs of private files are signed. */
export const privateSchema = z.strictObject(
  {
    keys: keys.optional().meta({
      description:
        'The first key signs URLs. The other keys only verify URLs. A key with a date in `until` verifies URLs ' +
        'until that date. Set it to change a secret while URLs that were signed with the old secret stay valid.',
      unset:
        'derived from `app.keys` (`config/server`): each of them gives one key, in the same order. Put a new one ' +
        'first, and remove the old one later',
    }),
    expiresIn: wholeNumber(
      `a whole number of seconds from ${SHORTEST_LIFE} to ${LONGEST_LIFE}`,
      SHORTEST_LIFE,
      LONGEST_LIFE
    )
      .default(900)
      .describe(
        'How long a URL is valid at most. Each URL is valid for at least two thirds of this time. The URL of a ' +
          'file stays the same for one third of this time, so that browsers can use their cached copies. Lower it ' +
          'if a URL that is passed on must expire soon. Raise it for pages that stay open for a long time.'
      ),
    bindAddress: z
      .boolean({ error: () => 'true or false' })
      .default(false)
      .describe(
        '`true`: a URL is valid only for the IP address that requested it. Behind a proxy, Strapi must know the ' +
          'address of the client (`proxy: { koa: true }` in `config/server`). URLs that another server requests are ' +
          'valid for that server. Set it if a URL must not work for other clients.'
      ),
  },
  { error: () => 'an object such as { expiresIn: 900 }' }
);

/** Folder of private files, relative to the project. */
export const PRIVATE_FOLDER = '.private-uploads';

/** Options of the local provider for private files. */
export const localOptionsSchema = z.looseObject({
  private: z
    .boolean({ error: () => 'true or false' })
    .default(false)
    .describe(
      '`true`: new files are [private](private-files.md). Stored files that are public stay public. Set it if ' +
        'all files are private. This setting is for the local provider only.'
    ),
  privateDir: z
    .string({ error: () => 'a path outside of the public folder' })
    .min(1, 'a path outside of the public folder')
    .default(PRIVATE_FOLDER)
    .describe(
      'The folder of private files, relative to the project. It must not be inside the public folder. If it is ' +
        'on another file system than `public/uploads`, files whose `fileInfo` decides whether they are private are ' +
        'copied once. Change it to keep private files on another disk. This setting is for the local provider ' +
        'only.'
    ),
});
