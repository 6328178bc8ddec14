import { toKilobytes } from '../../util/units';
import type { FileFormat, FileRow, FileValues } from '../../types/rows';
import type { Publication, PublishedObject } from '../../storage/port';
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
