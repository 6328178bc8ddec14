/**
 * Key in `provider_metadata` for the folder of a file. Some providers make the folder inside the bucket part of a
 * file's key. A row of `files` has no column for the folder (formats have one). With this key, the row alone is enough
 * to find, sign and remove the object, even after a data transfer.
 */
const KEY = 'uploadPath';

/** The parts of a row of `files`, or of a format, that may name its folder. */
interface Described {
  path?: unknown;
  provider_metadata?: unknown;
  formats?: unknown;
}

/** Returns a provider's metadata with the folder added. */
export function withBucketPath(metadata: unknown, path: string | null | undefined): unknown {
  return path && (metadata == null || isObject(metadata))
    ? { ...metadata, [KEY]: path }
    : (metadata ?? null);
}

/** Returns the folder of a file or a format. Rows of the built-in name a folder only for images, in their formats. */
export function bucketPathOf({ path, provider_metadata, formats }: Described): string | null {
  const noted = isObject(provider_metadata) ? provider_metadata[KEY] : undefined;
  const [format] = isObject(formats) ? Object.values(formats) : [];
  const found = [path, noted, isObject(format) ? format.path : undefined];
  return found.find((value): value is string => typeof value === 'string') ?? null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
