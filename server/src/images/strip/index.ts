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

/** How files of each type are taken apart. */
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

/** What a file without private metadata says still. */
export interface StripOptions {
  /** EXIF's, 1 to 8, where a header was read; else that of the file's own block counts. */
  orientation?: number;
  /** Rights that a header told; null where nothing may be said of them. */
  rights: Rights | null;
}

/** A file without its private metadata. */
export interface Stripped {
  /** What is stored, to be read to its end or given up; null where nothing is to be removed. */
  body: AsyncIterable<Buffer> | null;
  /** False where the file could not be taken apart, or something private may be left in it. */
  complete: boolean;
}

/**
 * The bytes of an image without the metadata that tell of places, people and devices; its pixels stay as
 * they are. Of artist and copyright the file's own blocks count before what is given.
 *
 * @param mime of the file; other types than those of images are never touched
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

/** Those whose encoders' blocks can be put in the place of others. */
const REPLACED: Record<string, TakeApart> = {
  jpeg: takeJpegApart,
  png: takePngApart,
  webp: takeWebpApart,
  avif: takeHeifApart,
};

/**
 * The bytes of an image with an EXIF block of our own in the place of its metadata; as they are for a format
 * whose block cannot be replaced, and where there is none.
 */
export async function replaceExif(data: Buffer, format: string, own: Own): Promise<Buffer> {
  const takeApart = REPLACED[format];
  const read: ReadAt = async (offset, length) => data.subarray(offset, offset + length);
  const taken = takeApart && (await take(takeApart, { read, size: data.length }, () => own));
  const bytes = taken?.parts ? joinedBytes(data, taken.parts) : data;
  // In place of an AVIF's block there may be too little room.
  const isSaid = [own.artist, own.copyright].every((text) => !text || bytes.includes(text));
  return isSaid ? bytes : data;
}

/** Null for a file that is not what it should be, or has too many parts. */
async function take(takeApart: TakeApart, source: Source, saying: (apart: Apart) => Own) {
  try {
    const apart = await takeApart(source);
    const { complete } = apart;
    return { parts: await apart.parts(saying(apart)), complete };
  } catch (error) {
    // By its name: Buffer's own may be of another realm.
    if ((error as Error).name === 'RangeError') {
      return null;
    }
    throw error;
  }
}

function ownOf({ found }: Apart, { orientation = found.orientation, rights }: StripOptions): Own {
  return rights ? { ...rights, ...found.rights, orientation } : { orientation };
}
