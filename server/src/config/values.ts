import parseBytes from 'bytes';
import { z } from 'zod';

/** Converts the text of a number, as the project's `env()` returns it, into a number. */
const numberIn = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;

/**
 * Returns a schema of whole numbers.
 *
 * @param what describes the allowed values, for error messages
 */
export const wholeNumber = (what: string, least = 1, most = Infinity) =>
  z.preprocess(
    numberIn,
    z
      .number({ error: () => what })
      .int(what)
      .min(least, what)
      .max(most, what)
  );

export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: () => values.map((value) => `"${value}"`).join(' or ') });

/** A number, with a unit or without: `1000`, `200mb`, `1.5 GB`. */
const WITH_UNIT = /^\d+(?:\.\d+)?\s*(?:[kmgtp]?b)?$/i;

/**
 * Parses a number of bytes as the package `bytes` does: `kb` and the like are powers of 1024.
 *
 * @param value a number, or a text such as `'1000'` (from `env()`) or `'200mb'`
 * @returns whole bytes; undefined if the value is no size. The package itself would parse the beginning of such a text.
 */
export function bytesOf(value: unknown): number | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  const size = WITH_UNIT.test(text) ? parseBytes.parse(text) : value;
  return typeof size === 'number' && size >= 0 ? Math.floor(size) : undefined;
}

const SIZE = 'a whole number of bytes, at least 1, or a text such as "200mb"';

/** A size of at least one byte, parsed by {@link bytesOf}. */
export const byteSize = ({ unlimited = false } = {}) =>
  z.unknown().transform((value, context): number => {
    const size = Number.isInteger(value) || typeof value === 'string' ? bytesOf(value) : undefined;
    if (unlimited && value === Infinity) {
      return Infinity;
    }
    if (size === undefined || size < 1) {
      context.addIssue({ code: 'custom', message: SIZE });
      return z.NEVER;
    }
    return size;
  });

/** Options that are not checked here, for example those of a provider. */
export const anyObject = z.record(z.string(), z.unknown(), { error: () => 'an object' });
