import { bytesOf } from '../../config/values';
import type { FormidableHooks } from './formidable-hooks';
import type { MinimumRate } from './minimum-rate';
import type { ReceiveLimits } from './receive';

/** Options of formidable that also apply to the multipart routes of this plugin. Sizes in bytes. */
export interface FormidableOptions {
  hooks: FormidableHooks | undefined;
  /** Names of the project's other options, which have no effect on these routes. */
  unused: string[];
  minFileSize?: number;
  maxFields?: number;
  maxFieldsSize?: number;
  maxFiles?: number;
  maxFileSize?: number;
  maxTotalFileSize?: number;
}

const SIZES = ['maxFieldsSize', 'maxFileSize', 'minFileSize', 'maxTotalFileSize'] as const;
const COUNTS = ['maxFields', 'maxFiles'] as const;
const HOOKS = ['filter', 'filename', 'onFileBegin'] as const;

/**
 * Parses the `formidable` options of the project's `strapi::body`. Sizes may have units, as in the other options of
 * `strapi::body`.
 *
 * @param formidable as the project wrote it
 * @throws Error for a value that is not a size or a number; formidable itself would then have no limit
 */
export function parseFormidable(formidable: Record<string, unknown> = {}): FormidableOptions {
  const known: string[] = [...SIZES, ...COUNTS, ...HOOKS];
  const limits: FormidableOptions = {
    hooks: HOOKS.some((hook) => typeof formidable[hook] === 'function')
      ? (formidable as FormidableHooks)
      : undefined,
    // `keepExtensions` has an effect only together with `filename`.
    unused: Object.keys(formidable).filter(
      (key) => !known.includes(key) && !(key === 'keepExtensions' && formidable.filename)
    ),
  };
  for (const key of [...SIZES, ...COUNTS]) {
    const value = formidable[key];
    const isCount = (COUNTS as readonly string[]).includes(key);
    if (value === undefined || value === null) {
      continue;
    }
    const limit = isCount ? Number(value) : bytesOf(value);
    if (limit === undefined || Number.isNaN(limit)) {
      const allowed = isCount ? 'a number' : 'a number of bytes, or a text such as "200mb"';
      throw new Error(
        `config/middlewares: formidable.${key} of strapi::body is ${JSON.stringify(value)}; allowed: ${allowed}.`
      );
    }
    limits[key] = limit;
  }
  return limits;
}

/**
 * The limits of a request. Fields have formidable's default limits (1000), but 2 MB instead of 20. The size of all
 * files together is limited only if the project sets a limit.
 */
export function receiveLimits(
  formidable: FormidableOptions,
  minimumRate: MinimumRate | false
): ReceiveLimits {
  return {
    fields: formidable.maxFields ?? 1000,
    fieldsSize: formidable.maxFieldsSize ?? 2_000_000,
    files: formidable.maxFiles ?? 1000,
    filesSize: formidable.maxTotalFileSize ?? Infinity,
    headerSize: 16_384,
    minimumRate,
  };
}
