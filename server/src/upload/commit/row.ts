import { toKilobytes } from '../../util/units';
import type { FileFormat, FileRow, FileValues } from '../../types/rows';
import {
  privacy,
  type ObjectAddress,
  type Publication,
  type PublishedObject,
  type StoredObject,
} from '../../storage/port';
import { isPrivateUrl } from '../../storage/local-url';
import { bucketPathOf } from '../../storage/provider/bucket-path';
import type { Placement } from '../../attempt/placing';
import type { AddressedFile, AddressedFormat } from '../derive/derived-file';

/** The columns that describe the stored objects. The calling step adds the columns of the `fileInfo`. */
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
 * The objects of a file and their addresses: first the original, then its formats.
 *
 * @param said the `fileInfo` and the folder of the file, for providers that use them
 */
export function placementsOf(file: AddressedFile, said: Record<string, unknown>): Placement[] {
  const { width, height, address, metadataKept } = file;
  const about = { ...said, width, height };
  const original = { staged: file.object, address, about, metadataKept };
  return [original, ...(file.formats ?? []).map(placementOf)];
}

/** The publication of a format: its staged bytes, its address and its size in pixels. */
export const placementOf = ({ object, address, width, height }: AddressedFormat): Publication => ({
  staged: object,
  address,
  about: { width, height },
});

/**
 * Columns of a published original and its formats.
 *
 * @param published what the storage returned for each of {@link placementsOf}, in that order
 */
export function contentValues(
  file: AddressedFile,
  [original, ...published]: PublishedObject[],
  provider: string
): ContentValues {
  const formats = formatsOf(file.formats ?? [], published);
  const { url, previewUrl = null, provider_metadata = null, ...changed } = original!;
  const { name, hash, ext, mime } = file.address;
  return {
    ...{ name, hash, ext, mime },
    size: toKilobytes(file.object.size),
    width: file.width,
    height: file.height,
    formats: orNull(formats),
    url,
    previewUrl,
    provider,
    provider_metadata,
    ...(file.placeholder === undefined ? {} : { placeholder: file.placeholder }),
    ...changed,
  };
}

/**
 * The value of the column `formats`: each format by its name.
 *
 * @param published what the storage returned for each format, in the order of the formats
 */
export const formatsOf = (
  formats: readonly AddressedFormat[],
  published: readonly PublishedObject[]
): Record<string, FileFormat> =>
  Object.fromEntries(
    formats.map((format, index) => [format.key, formatValues(format, published[index]!)])
  );

/** The column `formats` is null if a file has no formats. */
export const orNull = (formats: Record<string, FileFormat>): FileRow['formats'] =>
  Object.keys(formats).length > 0 ? formats : null;

function formatValues(
  { object, width, height, address }: AddressedFormat,
  published: PublishedObject
): FileFormat {
  const size = { size: toKilobytes(object.size), sizeInBytes: object.size };
  // `private` is left out, since the URL shows it: the row keeps the shape that the built-in plugin knows.
  const { name, hash, ext, mime, path } = address;
  return { name, hash, ext, mime, path, width, height, ...size, ...published };
}

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
