import { open } from 'node:fs/promises';
import { inPieces, reader, type ReadAt } from './read-at';
import { gifHeader } from './gif';
import type { Header } from './header';
import { heifHeader, type HeifHeader } from './heif';
import { jpegHeader } from './jpeg';
import { pngHeader } from './png';
import { tiffHeader } from './tiff';
import { webpHeader } from './webp';

/** @throws RangeError if the file ends too early or does not have this format */
type ReadHeader<T extends Header = Header> = (read: ReadAt, size: number) => Promise<T | null>;

const heif: ReadHeader<HeifHeader> = (read, size) => heifHeader({ read, size });

const HEADERS: Record<string, ReadHeader> = {
  'image/jpeg': jpegHeader,
  'image/png': pngHeader,
  'image/apng': pngHeader,
  'image/gif': gifHeader,
  'image/webp': webpHeader,
  'image/tiff': tiffHeader,
  'image/avif': heif,
  'image/heic': heif,
  'image/heif': heif,
};

/**
 * Reads the header of an image that libvips cannot read: other software may be able to show it.
 *
 * @returns null if the file is no image of that type, or the type is unknown here
 */
export async function readHeader(path: string, mime: string): Promise<Header | null> {
  const readIt = HEADERS[mime];
  return readIt ? headerOf(path, readIt) : null;
}

/** Reads the header of any HEIF file, as `readHeader` does, with the properties that only HEIF has. */
export const readHeifHeader = (path: string): Promise<HeifHeader | null> => headerOf(path, heif);

async function headerOf<T extends Header>(path: string, readIt: ReadHeader<T>): Promise<T | null> {
  const file = await open(path, 'r');
  try {
    const header = await readIt(inPieces(reader(file)), (await file.stat()).size);
    return header && header.width > 0 && header.height > 0 ? header : null;
  } catch (error) {
    // A Buffer that ends too early also throws a RangeError.
    if ((error as Error).name === 'RangeError') {
      return null;
    }
    throw error;
  } finally {
    await file.close();
  }
}
