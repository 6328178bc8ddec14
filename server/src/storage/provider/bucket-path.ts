/**
 * Some providers make the folder inside the bucket part of a file's key. A row of `files` has no column for it (formats
 * have one). So the folder is noted in `provider_metadata`: then the row alone is enough to find, sign and remove the
 * object, even after a data transfer.
 */
const KEY = 'uploadPath';

/** The parts of a row of `files`, or of a format, that may name its folder. */
interface Described {
  path?: unknown;
  provider_metadata?: unknown;
  formats?: unknown;
}

/** A provider's metadata with the folder added. */
export function withBucketPath(metadata: unknown, path: string | null | undefined): unknown {
  return path && (metadata == null || isObject(metadata))
    ? { ...metadata, [KEY]: path }
    : (metadata ?? null);
}

/** The folder of a file or a format. Rows that the built-in wrote have it for images only, in their formats. */
export function bucketPathOf({ path, provider_metadata, formats }: Described): string | null {
  const noted = isObject(provider_metadata) ? provider_metadata[KEY] : undefined;
  const [format] = isObject(formats) ? Object.values(formats) : [];
  const found = [path, noted, isObject(format) ? format.path : undefined];
  return found.find((value): value is string => typeof value === 'string') ?? null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
