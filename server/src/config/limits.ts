import { z } from 'zod';
import { byteSize, wholeNumber } from './values';

const bytes = byteSize();
const files = wholeNumber('a whole number of files, at least 1');

const ofDay = {
  bytesPerDay: bytes.optional().describe('Maximum number of bytes per day.'),
  filesPerDay: files.optional().describe('Maximum number of files per day.'),
};
const ofCaller = {
  bytesPerFile: bytes.optional().describe('Maximum number of bytes of one file.'),
  ...ofDay,
};

/**
 * Returns a schema of limits. Unknown keys are errors: a misspelt limit would have no effect, and nobody would notice.
 */
const limits = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: () => `an object with some of ${Object.keys(shape).join(', ')}`,
  });

/** Schema of limits by role. A role's name becomes part of a key in the database, so its length is limited. */
const byRole = z.record(
  z.string().regex(/^.{1,200}$/),
  limits({
    ...ofCaller,
    perUser: limits(ofDay)
      .optional()
      .describe('Limits for each single user of the role. The role `public` has no users.'),
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
      message: 'no value, because callers with this role do not log in and cannot be told apart',
    })
    .optional()
    .describe(
      'Limits for roles. The key is the type of a users-permissions role or the code of an admin role. All ' +
        'users of the role share its limits per day.'
    ),
  users: byUser
    .optional()
    .describe('Limits for single users. The key is the id of a users-permissions user.'),
  tokens: byToken
    .optional()
    .describe(
      'Limits for API tokens. The key is the name of the token. An admin token counts as its owner.'
    ),
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
          .describe('The lowest rate, in bytes per second.'),
        after: wholeNumber('a whole number of seconds from 1 to 3600', 1, 3600)
          .default(60)
          .describe(
            'How many seconds a client may be behind this rate. A client may send nothing for at most this time.'
          ),
      },
      rateOrNone
    ),
  ],
  rateOrNone
);
