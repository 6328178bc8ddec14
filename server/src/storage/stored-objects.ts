import type { FileRow } from '../types/rows';
import { privacy, type ObjectAddress } from './address';
import { isPrivateUrl } from './local-url';
import type { StoredObject } from './port';
import { bucketPathOf } from './provider/bucket-path';

/** The address of a file's original. */
export function addressOf(row: FileRow): ObjectAddress {
  const { name, hash, mime, url } = row;
  const isPrivate = privacy(isPrivateUrl(url));
  return { name, hash, ext: row.ext ?? '', mime, path: bucketPathOf(row), ...isPrivate };
}

/** Every object that a row names: the original, then its formats. */
export function storedObjects(row: FileRow): StoredObject[] {
  const { formats, ...about } = row;
  const { url, previewUrl, provider_metadata } = row;
  const original = { ...addressOf(row), url, previewUrl, provider_metadata, about };
  return [original, ...Object.values(formats ?? {}).map(withPrivacy)];
}

/** Adds the privacy of a format, which its URL shows. */
export const withPrivacy = <T extends { url: string }>(object: T) => ({
  ...object,
  ...privacy(isPrivateUrl(object.url)),
});
