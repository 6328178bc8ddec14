import { z } from 'zod';
import { wholeNumber } from './values';

/** Fewest bytes of a secret: as many as the signing hash has. */
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
      id: id.describe('Names the key in a URL (`kid`).'),
      secret: secret.describe('Signs and verifies. Keep it out of git.'),
      until: until.optional().describe('Until when the key verifies; not for the first one.'),
    }),
    {
      error: () => 'a list of keys such as { id: "2027", secret: "…" }',
    }
  )
  .min(1, 'a list of at least one key')
  .refine(([first]) => first?.until === undefined, 'no "until" for the first key, which signs')
  .refine((all) => new Set(all.map((key) => key.id)).size === all.length, 'ids that differ');

/** `private` of the configuration: how URLs of private files are signed. */
export const privateSchema = z.strictObject(
  {
    keys: keys.optional().meta({
      description:
        'The first key signs. The others verify, those with a date in `until` until then. Set it to change a secret while URLs ' +
        'that were signed with the old one stay valid.',
      unset:
        'derived: each of `app.keys` (`config/server`) gives one, in that order. Put a new one first, and remove the old one later',
    }),
    expiresIn: wholeNumber(
      `a whole number of seconds from ${SHORTEST_LIFE} to ${LONGEST_LIFE}`,
      SHORTEST_LIFE,
      LONGEST_LIFE
    )
      .default(900)
      .describe(
        'How long a URL is valid at most. It is valid for at least two thirds of that, and stays the same for a third, so that ' +
          'browsers find their copies again. ' +
          'Lower it where a URL that is passed on must expire soon; raise it for pages that stay open for long.'
      ),
    bindAddress: z
      .boolean({ error: () => 'true or false' })
      .default(false)
      .describe(
        "`true`: a URL is valid only for the IP address that asked for it. Behind a proxy Strapi must know the client's address " +
          '(`proxy: { koa: true }` in `config/server`). URLs that another server asks for are valid for that server. Set it where a URL must not work for others.'
      ),
  },
  { error: () => 'an object such as { expiresIn: 900 }' }
);

/** Options of the local provider for private files. */
export const localOptionsSchema = z.looseObject({
  private: z
    .boolean({ error: () => 'true or false' })
    .default(false)
    .describe(
      '`true`: new files are [private](private-files.md). Files that are public stay public. Set it where all files are private. For the local provider only.'
    ),
  privateDir: z
    .string({ error: () => 'a path outside of the public folder' })
    .min(1, 'a path outside of the public folder')
    .default('.private-uploads')
    .describe(
      'The folder of private files, relative to the project; never in the public one. On another file system than ' +
        '`public/uploads`, files that choose for themselves are copied once. Change it to keep them on another disk. For the local ' +
        'provider only.'
    ),
});
