import { z } from 'zod';

const names = (what: string) =>
  z
    .union([z.literal(true), z.array(z.string().min(1))], {
      error: () => `true, or a list of ${what}`,
    })
    .default([]);

/** Schema of the key `access` of the configuration. */
export const accessSchema = z.strictObject(
  {
    ownFilesOnly: z
      .strictObject(
        {
          roles: names('types of roles such as "authenticated"').describe(
            'Types of users-permissions roles whose users may change [only the files that they ' +
              'created](limits-and-ownership.md#callers-who-may-change-only-their-own-files). `true`: all roles, ' +
              'including the role `public`. Add the roles whose users must not change the files of other users.'
          ),
          tokens: names('names of API tokens').describe(
            'Names of API tokens that may change only the files that they created. `true`: all API tokens.'
          ),
        },
        { error: () => 'an object such as { roles: ["authenticated"], tokens: ["mobile app"] }' }
      )
      .prefault({}),
  },
  { error: () => 'an object such as { ownFilesOnly: { roles: ["authenticated"] } }' }
);
