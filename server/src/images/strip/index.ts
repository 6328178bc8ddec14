import { open } from 'node:fs/promises';
import { inPieces, reader, type ReadAt, type Source } from '../header/read-at';
import type { Rights } from '../metadata/rights';
import type { Apart, Own, TakeApart } from './apart';
import { takeJpeg2000Apart, takeJpegXlApart } from './boxed';
import { takeGifApart } from './gif';
import { takeHeifApart } from './heif';
import { takeJpegApart } from './jpeg';
import { bytesOfParts, joinedBytes } from './parts';
import { takePngApart } from './png';
import { takeTiffApart } from './tiff';
import { mayHoldMetadata } from './types';
import { takeWebpApart } from './webp';

/** The function that splits files of each type. */
const TAKE_APART: Record<string, TakeApart> = {
  'image/jpeg': takeJpegApart,
  'image/png': takePngApart,
  'image/apng': takePngApart,
  'image/webp': takeWebpApart,
  'image/gif': takeGifApart,
  'image/tiff': takeTiffApart,
  'image/avif': takeHeifApart,
  'image/avif-sequence': takeHeifApart,
  'image/heic': takeHeifApart,
  'image/heic-sequence': takeHeifApart,
  'image/heif': takeHeifApart,
  'image/heif-sequence': takeHeifApart,
  'image/jp2': takeJpeg2000Apart,
  'image/jpx': takeJpeg2000Apart,
  'image/j2c': takeJpeg2000Apart,
  'image/jph': takeJpeg2000Apart,
  'image/jphc': takeJpeg2000Apart,
  'image/jxl': takeJpegXlApart,
  'image/avci': takeHeifApart,
  'image/avcs': takeHeifApart,
  'image/hej2k': takeHeifApart,
  'image/vnd.mozilla.apng': takePngApart,
};

/** Facts that a file without private metadata still holds. */
export interface StripOptions {
  /**
   * EXIF orientation, 1 to 8, if a header was read. By default, the orientation in the file's own EXIF block is used.
   */
  orientation?: number;
  /** Rights from a header; null if the file must not hold any rights. */
  rights: Rights | null;
}

/** A file without its private metadata. */
export interface Stripped {
  /** The bytes to store; null if nothing has to be removed. Read the stream to its end, or stop the iteration. */
  body: AsyncIterable<Buffer> | null;
  /**
   * Whether all private metadata are removed; false if the file could not be split, or something private may be left in
   * it.
   */
  complete: boolean;
}

/**
 * Removes from an image the metadata about places, people and devices. The pixels stay unchanged. Artist and copyright
 * in the file take precedence over `options.rights`.
 *
 * @param mime type of the file; files that are no images stay unchanged
 */
export async function stripped(
  path: string,
  mime: string,
  options: StripOptions
): Promise<Stripped> {
  const takeApart = TAKE_APART[mime];
  if (!takeApart) {
    return { body: null, complete: !mayHoldMetadata(mime) };
  }
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const source = { read: inPieces(reader(file)), size };
    const taken = await take(takeApart, source, (apart) => ownOf(apart, options));
    const parts = taken?.parts ?? null;
    return { body: parts && bytesOfParts(path, parts), complete: taken?.complete ?? false };
  } finally {
    await file.close();
  }
}

/** Formats in which the encoder's EXIF block can be replaced. */
const REPLACED: Record<string, TakeApart> = {
  jpeg: takeJpegApart,
  png: takePngApart,
  webp: takeWebpApart,
  avif: takeHeifApart,
};

/**
 * Replaces the metadata of an image with an EXIF block written here. The bytes stay as they are if the block of this
 * format cannot be replaced, or the file has no block.
 */
export async function replaceExif(data: Buffer, format: string, own: Own): Promise<Buffer> {
  const takeApart = REPLACED[format];
  const read: ReadAt = async (offset, length) => data.subarray(offset, offset + length);
  const taken = takeApart && (await take(takeApart, { read, size: data.length }, () => own));
  const bytes = taken?.parts ? joinedBytes(data, taken.parts) : data;
  // The EXIF block of an AVIF may be too small for the new block. Then the bytes stay as they are.
  const isSaid = [own.artist, own.copyright].every((text) => !text || bytes.includes(text));
  return isSaid ? bytes : data;
}

/** Splits a file; null if the file is malformed or has too many parts. */
async function take(takeApart: TakeApart, source: Source, saying: (apart: Apart) => Own) {
  try {
    const apart = await takeApart(source);
    const { complete } = apart;
    return { parts: await apart.parts(saying(apart)), complete };
  } catch (error) {
    // The error is compared by its name, since Buffer may throw a RangeError of another realm.
    if ((error as Error).name === 'RangeError') {
      return null;
    }
    throw error;
  }
}

function ownOf({ found }: Apart, { orientation = found.orientation, rights }: StripOptions): Own {
  return rights ? { ...rights, ...found.rights, orientation } : { orientation };
}
