import { z } from 'zod';
import { wholeNumber } from './values';

const WHAT = 'a whole number of milliseconds, at least 1, or false';

const limit = (ms: number) =>
  z.union([wholeNumber(WHAT), z.literal(false)], { error: () => WHAT }).default(ms);

/** How long a provider may take, in ms. */
export const providerTimeoutSchema = z
  .union(
    [
      z.literal(false).transform(() => ({ call: false as const, upload: false as const })),
      z.looseObject({
        call: limit(60_000).describe(
          'Time limit for the methods `delete`, `getSignedUrl`, `isPrivate` and `checkFileSize`.'
        ),
        upload: limit(600_000).describe(
          'Time limit for storing a file. The time counts from the moment when the provider last read from the ' +
            'file, or received its buffer.'
        ),
      }),
    ],
    { error: () => 'false, or an object such as { call: 60000, upload: 600000 }' }
  )
  .default({ call: 60_000, upload: 600_000 });
