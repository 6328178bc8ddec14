import { z } from 'zod';

const names = (what: string) =>
  z
    .union([z.literal(true), z.array(z.string().min(1))], {
      error: () => `true, or a list of ${what}`,
    })
    .default([]);

/** `access` of the configuration. */
export const accessSchema = z.strictObject(
  {
    /** Who may update, replace and delete the files alone that the same caller has created. */
    ownFilesOnly: z
      .strictObject(
        {
          /** Types of users-permissions roles; `true`: all, the public too. */
          roles: names('types of roles such as "authenticated"'),
          /** Names of API tokens; `true`: all. */
          tokens: names('names of API tokens'),
        },
        { error: () => 'an object such as { roles: ["authenticated"], tokens: ["mobile app"] }' }
      )
      .prefault({}),
  },
  { error: () => 'an object such as { ownFilesOnly: { roles: ["authenticated"] } }' }
);
