import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { writeExif } from './exif';
import type { Picture } from './probe';
import type { Rights } from './rights';
import { pngParts } from './strip-png';
import { webpParts } from './strip-webp';

/** A stretch of the file, end not included, or bytes that were not in it. */
export type Part = { from: number; to: number } | Buffer;

/** Reads `length` bytes of a file, or what there is of them. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/** Most parts of a file that are looked at; what has more is not taken apart. */
export const MOST_PARTS = 10_000;

/** How each format is taken apart: what of the file stays, and the new EXIF block in its place. */
const PARTS: Record<string, (read: ReadAt, size: number, exif: Buffer | null) => Promise<Part[]>> =
  {
    jpeg: jpegParts,
    png: pngParts,
    webp: webpParts,
  };

/**
 * The bytes of a picture without the metadata that tell places and persons, pixels as they are:
 * EXIF (but the orientation), XMP, IPTC.
 *
 * @param rights what is said of them in a block of its own
 * @returns null for a format or a file that cannot be taken apart
 */
export async function stripped(
  path: string,
  { format, orientation }: Picture,
  rights: Rights
): Promise<AsyncIterable<Buffer> | null> {
  const takeApart = PARTS[format];
  if (!takeApart) {
    return null;
  }
  const isNeeded = orientation > 1 || Object.keys(rights).length > 0;
  const exif = isNeeded ? writeExif(orientation, rights) : null;
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const parts = await orNull(takeApart(reader(file), size, exif));
    return parts && joined(path, parts);
  } finally {
    await file.close();
  }
}

/** The bytes of a picture with another EXIF block; as they are for a format that cannot be taken apart. */
export async function replaceExif(data: Buffer, format: string, exif: Buffer): Promise<Buffer> {
  const takeApart = PARTS[format];
  if (!takeApart) {
    return data;
  }
  const read: ReadAt = async (offset, length) => data.subarray(offset, offset + length);
  const parts = await orNull(takeApart(read, data.length, exif));
  return parts === null
    ? data
    : Buffer.concat(
        parts.map((part) => (Buffer.isBuffer(part) ? part : data.subarray(part.from, part.to)))
      );
}

/** Null for a file that is not what it should be, or has too many parts. */
async function orNull(parts: Promise<Part[]>): Promise<Part[] | null> {
  try {
    return await parts;
  } catch (error) {
    if (error instanceof RangeError) {
      return null;
    }
    throw error;
  }
}

const reader =
  (file: FileHandle): ReadAt =>
  async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };

async function* joined(path: string, parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (Buffer.isBuffer(part)) {
      yield part;
    } else if (part.to > part.from) {
      yield* createReadStream(path, { start: part.from, end: part.to - 1 });
    }
  }
}

/** EXIF and XMP, multi-picture previews, IPTC (ITU-T T.81 B.2.4.6; CIPA DC-007). */
const isPrivateSegment = (marker: number, name: string): boolean =>
  marker === 0xe1 || marker === 0xed || (marker === 0xe2 && name.startsWith('MPF'));

/** @throws RangeError where segments are not what they should be */
async function jpegParts(read: ReadAt, size: number, exif: Buffer | null): Promise<Part[]> {
  const block = exif && Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]);
  const parts: Part[] = [{ from: 0, to: 2 }];
  if (block) {
    const header = Buffer.from([0xff, 0xe1, 0, 0]);
    header.writeUInt16BE(block.length + 2, 2);
    parts.push(header, block);
  }
  let at = 2;
  for (let count = 0; count < MOST_PARTS; count += 1) {
    const head = await read(at, 8);
    const marker = head.readUInt8(1);
    if (head.readUInt8(0) !== 0xff) {
      throw new RangeError('no JPEG segment');
    }
    if (marker === 0xda) {
      return [...parts, { from: at, to: size }];
    }
    // 0xff before a marker is padding.
    const end = marker === 0xff ? at + 1 : at + 2 + head.readUInt16BE(2);
    if (!isPrivateSegment(marker, head.toString('latin1', 4))) {
      parts.push({ from: at, to: end });
    }
    at = end;
  }
  throw new RangeError('too many JPEG segments');
}
