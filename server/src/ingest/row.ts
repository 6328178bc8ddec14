import { toKilobytes } from '../units';
import type { FileFormat, FileRow, FileValues } from '../types';
import {
  privacy,
  type Publication,
  type PublishedObject,
  type StoredObject,
} from '../storage/port';
import { isPrivateUrl } from '../storage/local-url';
import { bucketPathOf } from '../storage/provider/bucket-path';
import type { AddressedFile, AddressedFormat } from './upload';

/** The columns that tell what is stored; what the caller says about the file is added by the step. */
export type ContentValues = Pick<
  FileValues,
  | 'name'
  | 'hash'
  | 'ext'
  | 'mime'
  | 'size'
  | 'width'
  | 'height'
  | 'formats'
  | 'url'
  | 'previewUrl'
  | 'provider'
  | 'provider_metadata'
> & { placeholder?: string | null };

/**
 * The objects of a file and where they go: the original, then its formats.
 *
 * @param said what is said about the file, for providers that want to know
 */
export function placementsOf(file: AddressedFile, said: Record<string, unknown>): Publication[] {
  const { width, height, address } = file;
  const formats = (file.formats ?? []).map(({ object, address, width, height }) => ({
    staged: object,
    address,
    about: { width, height },
  }));
  return [{ staged: file.object, address, about: { ...said, width, height } }, ...formats];
}

/**
 * Columns of a published original and its formats.
 *
 * @param published what the storage told of each of {@link placementsOf}, in that order
 */
export function contentValues(
  file: AddressedFile,
  [original, ...published]: PublishedObject[],
  provider: string
): ContentValues {
  const formats = (file.formats ?? []).map((format, index): [string, FileFormat] => [
    format.key,
    formatValues(format, published[index]!),
  ]);
  const { url, previewUrl = null, provider_metadata = null, ...changed } = original!;
  const { name, hash, ext, mime } = file.address;
  return {
    ...{ name, hash, ext, mime },
    size: toKilobytes(file.object.size),
    width: file.width,
    height: file.height,
    formats: formats.length > 0 ? Object.fromEntries(formats) : null,
    url,
    previewUrl,
    provider,
    provider_metadata,
    ...(file.placeholder === undefined ? {} : { placeholder: file.placeholder }),
    ...changed,
  };
}

function formatValues(
  { object, width, height, address }: AddressedFormat,
  published: PublishedObject
): FileFormat {
  const size = { size: toKilobytes(object.size), sizeInBytes: object.size };
  // Not whether it is private, which the URL says: the row stays what the built-in plugin knows.
  const { name, hash, ext, mime, path } = address;
  return { name, hash, ext, mime, path, width, height, ...size, ...published };
}

/** Every object that a row names: the original, then its formats. */
export function storedObjects(row: FileRow): StoredObject[] {
  const { formats, ...about } = row;
  const { name, hash, mime, url, previewUrl, provider_metadata } = row;
  const address = { name, hash, ext: row.ext ?? '', mime, path: bucketPathOf(row) };
  const original = { ...address, url, previewUrl, provider_metadata, about };
  return [original, ...Object.values(formats ?? {})].map((object) => ({
    ...object,
    ...privacy(isPrivateUrl(object.url)),
  }));
}
