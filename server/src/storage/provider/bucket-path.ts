/**
 * The folder inside the bucket is part of a file's key for providers that know such, but a file row
 * has no column for it (formats have). It is noted in `provider_metadata`, so that the row alone is
 * enough to find, sign and remove the object, also after a data transfer.
 */
const KEY = 'uploadPath';

/** The part of a file row that tells of its folder. */
interface Described {
  path?: unknown;
  provider_metadata?: unknown;
  formats?: unknown;
}

/** A provider's metadata with the folder in it. */
export function withBucketPath(metadata: unknown, path: string | null | undefined): unknown {
  return path && (metadata == null || isObject(metadata))
    ? { ...metadata, [KEY]: path }
    : (metadata ?? null);
}

/** The folder of a file or a format; what the built-in stored tells it of images only. */
export function bucketPathOf({ path, provider_metadata, formats }: Described): string | null {
  const noted = isObject(provider_metadata) ? provider_metadata[KEY] : undefined;
  const [format] = isObject(formats) ? Object.values(formats) : [];
  const found = [path, noted, isObject(format) ? format.path : undefined];
  return found.find((value): value is string => typeof value === 'string') ?? null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
