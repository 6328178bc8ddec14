import { z } from 'zod';

/** @param what what is allowed, for people */
export const wholeNumber = (what: string, least = 1, most = Infinity) =>
  z
    .number({ error: () => what })
    .int(what)
    .min(least, what)
    .max(most, what);

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: () => values.map((value) => `"${value}"`).join(' or ') });
