import { z } from 'zod';
import { byteSize, wholeNumber } from './values';

const bytes = byteSize();
const files = wholeNumber('a whole number of files, at least 1');

const ofDay = {
  bytesPerDay: bytes.optional().describe('Most bytes of a day.'),
  filesPerDay: files.optional().describe('Most files of a day.'),
};
const ofCaller = { bytesPerFile: bytes.optional().describe('Most bytes of one file.'), ...ofDay };

/** Unknown keys are errors: a misspelt limit would have no effect, and nobody would notice. */
const limits = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: () => `an object with some of ${Object.keys(shape).join(', ')}`,
  });

/** A role's name becomes part of a key in the database, so its length is limited. */
const byRole = z.record(
  z.string().regex(/^.{1,200}$/),
  limits({
    ...ofCaller,
    perUser: limits(ofDay)
      .optional()
      .describe('For each user with the role alone. The public has no such users.'),
  }),
  {
    error: ({ code }) =>
      code === 'invalid_key'
        ? 'types or codes of roles, of up to 200 characters'
        : 'an object of roles and limits such as { public: { filesPerDay: 100 } }',
  }
);

const byUser = z.record(z.string().regex(/^\d+$/), limits(ofCaller), {
  error: ({ code }) =>
    code === 'invalid_key'
      ? 'ids of users'
      : 'an object of ids and limits such as { 42: { filesPerDay: 100 } }',
});

const byToken = z.record(z.string(), limits(ofCaller), {
  error: () => "an object of names and limits such as { 'mobile app': { filesPerDay: 100 } }",
});

/** `limits` of the configuration: how much a caller may upload, per file and per day. */
export const limitsSchema = limits({
  roles: byRole
    .refine((roles) => !roles.public?.perUser, {
      path: ['public', 'perUser'],
      message: 'nothing, since nobody can tell those apart who do not log in',
    })
    .optional()
    .describe(
      'Limits by type of a users-permissions role or code of an admin role; all who have it share its days.'
    ),
  users: byUser.optional().describe('Limits by id of a users-permissions user.'),
  tokens: byToken
    .optional()
    .describe('Limits by name of an API token. An admin token counts as its owner.'),
});

export type LimitsConfig = z.output<typeof limitsSchema>;

const rateOrNone = {
  error: () => 'false, or an object such as { bytesPerSecond: 500, after: 60 }',
};

/** `minimumRate` of the configuration: how slowly a client may send a body. */
export const minimumRateSchema = z.union(
  [
    z.literal(false),
    z.strictObject(
      {
        bytesPerSecond: wholeNumber('a whole number of bytes, at least 1')
          .default(500)
          .describe('The rate at which a body must come in.'),
        after: wholeNumber('a whole number of seconds from 1 to 3600', 1, 3600)
          .default(60)
          .describe('How far a client may be behind, and so the longest that it may send nothing.'),
      },
      rateOrNone
    ),
  ],
  rateOrNone
);
