import { z } from 'zod';
import { wholeNumber } from './values';

/** Bytes of a secret: those of the hash that signs with it. */
const SECRET_BYTES = 32;

/** Longest life of a signature, in seconds: a week. */
export const LONGEST_LIFE = 604_800;

/** Shortest life that can be named, in seconds: a page with pictures must have time to load them. */
const SHORTEST_LIFE = 10;

const id = z
  .string({ error: () => 'a name of up to 32 letters, digits, "-" and "_"' })
  .regex(/^[\w-]{1,32}$/, 'a name of up to 32 letters, digits, "-" and "_"');

const secret = z
  .string({ error: () => 'a secret of at least 32 bytes' })
  .refine((value) => Buffer.byteLength(value) >= SECRET_BYTES, 'a secret of at least 32 bytes');

const until = z
  .union([z.string(), z.date()])
  .transform((date) => new Date(date).getTime())
  .refine((time) => !Number.isNaN(time), 'a date such as "2027-01-31T12:00:00Z"');

const keys = z
  .array(z.strictObject({ id, secret, until: until.optional() }), {
    error: () => 'a list of keys such as { id: "2027", secret: "…" }',
  })
  .min(1, 'a list of at least one key')
  .refine(([first]) => first?.until === undefined, 'no "until" for the first key, which signs')
  .refine((all) => new Set(all.map((key) => key.id)).size === all.length, 'ids that differ');

/** `private` of the configuration: how URLs of private files are signed. */
export const privateSchema = z.strictObject(
  {
    /** The first signs, the others verify; without them they are derived from `app.keys`. */
    keys: keys.optional(),
    /** Seconds for which a URL is good at most. */
    expiresIn: wholeNumber(
      `a whole number of seconds from ${SHORTEST_LIFE} to ${LONGEST_LIFE}`,
      SHORTEST_LIFE,
      LONGEST_LIFE
    ).default(900),
    /** Whether a URL is good for the client alone that it was made for. */
    bindAddress: z.boolean({ error: () => 'true or false' }).default(false),
  },
  { error: () => 'an object such as { expiresIn: 900 }' }
);

/** Options of the local provider that are about private files. */
export const localOptionsSchema = z.looseObject({
  /** Whether files are private that do not say otherwise. */
  private: z.boolean({ error: () => 'true or false' }).default(false),
  /** Where they lie; relative to the project's folder. */
  privateDir: z
    .string({ error: () => 'a path outside of the public folder' })
    .min(1, 'a path outside of the public folder')
    .default('.private-uploads'),
});
