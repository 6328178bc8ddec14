import type { MinimumRate } from './minimum-rate';
import type { ReceiveLimits } from './receive';

/** Options of formidable that also bound our multipart routes. Sizes in bytes. */
export interface FormidableLimits {
  maxFields?: number;
  maxFieldsSize?: number;
  maxFiles?: number;
  maxFileSize?: number;
  maxTotalFileSize?: number;
}

/**
 * Fields as formidable bounds them by default (1000), but 2 MB of them instead of 20; files only
 * as far as the project says.
 */
export function receiveLimits(
  formidable: FormidableLimits,
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
