import { isDeepStrictEqual } from 'node:util';

/**
 * The paths at which two outcomes differ, such as `0.status 500→404` or `rows.files.0.mime`. Equal outcomes give an
 * empty list. Lists of different lengths, two different errors, and an error instead of a result are one difference.
 */
export function differences(builtin: unknown, ours: unknown, path = ''): string[] {
  if (Object.is(builtin, ours)) {
    return [];
  }
  if (Array.isArray(builtin) && Array.isArray(ours) && builtin.length === ours.length) {
    return builtin.flatMap((item, index) => differences(item, ours[index], join(path, index)));
  }
  if (isError(builtin) && isError(ours)) {
    return isDeepStrictEqual(builtin, ours) ? [] : [join(path, 'error')];
  }
  if (isObject(builtin) && isObject(ours) && isError(builtin) === isError(ours)) {
    const keys = new Set([...Object.keys(builtin), ...Object.keys(ours)]);
    return [...keys].sort().flatMap((key) => differences(builtin[key], ours[key], join(path, key)));
  }
  return [path.endsWith('.status') ? `${path} ${builtin}→${ours}` : path];
}

const join = (path: string, key: string | number): string => (path ? `${path}.${key}` : `${key}`);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is Strapi's answer to a failed request. */
const isError = (value: unknown): boolean => isObject(value) && isObject(value.error);
