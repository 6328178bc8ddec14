import { bytesOf } from '../../config/values';
import type { FormidableHooks } from './formidable-hooks';
import type { MinimumRate } from './minimum-rate';
import type { ReceiveLimits } from './receive';

/** Options of formidable that also count for our multipart routes. Sizes in bytes. */
export interface FormidableOptions {
  hooks: FormidableHooks | undefined;
  /** Names of the project's other options, which have no effect on our routes. */
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
 * Reads the options of the project's `strapi::body`, where sizes may have units as in its other options.
 *
 * @param formidable as the project wrote it
 * @throws Error for what is no size or number; formidable would let everything pass then
 */
export function parseFormidable(formidable: Record<string, unknown> = {}): FormidableOptions {
  const known: string[] = [...SIZES, ...COUNTS, ...HOOKS];
  const limits: FormidableOptions = {
    hooks: HOOKS.some((hook) => typeof formidable[hook] === 'function')
      ? (formidable as FormidableHooks)
      : undefined,
    // How `filename` is called.
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
        `config/middlewares: strapi::body has formidable.${key} ${JSON.stringify(value)}; allowed: ${allowed}.`
      );
    }
    limits[key] = limit;
  }
  return limits;
}

/**
 * Fields as formidable bounds them by default (1000), but 2 MB of them instead of 20; files only
 * as far as the project says.
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
