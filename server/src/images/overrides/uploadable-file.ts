import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decideType, gatherEvidence } from '../../types/detect-type';
import { HEAD_BYTES } from '../../types/signatures/detect';
import type { FocalPoint } from '../../types/rows';
import { toKilobytes } from '../../util/units';

/** A file as the functions of the service `image-manipulation` take and give it (Strapi 5.54). */
export interface UploadableFile {
  name: string;
  /** Key without extension under which it is stored. */
  hash: string;
  ext: string;
  mime: string;
  /** Kilobytes of 1000 bytes, two decimals. */
  size: number;
  sizeInBytes: number;
  /** Pixels. */
  width?: number | null;
  height?: number | null;
  path?: string | null;
  focalPoint?: FocalPoint | null | undefined;
  /** The bytes, anew with each call. */
  getStream(): Readable;
  /** A local file with the same bytes, to be read only. */
  filepath?: string;
  /** Folder for what functions make; it goes when all of it is stored. */
  tmpWorkingDirectory: string;
}

/** The bytes of a local file, and their number. */
export async function contentOf(filepath: string) {
  const { size } = await stat(filepath);
  return {
    filepath,
    getStream: (): Readable => createReadStream(filepath),
    size: toKilobytes(size),
    sizeInBytes: size,
  };
}

/** Lets work read bytes from the disk; those that are not there are copied to it for as long. */
export async function onDisk<T>(
  { filepath, getStream }: Pick<UploadableFile, 'filepath' | 'getStream'>,
  work: (filepath: string) => Promise<T>
): Promise<T> {
  return filepath
    ? work(filepath)
    : inTemporaryFolder(async (folder) => {
        const copy = path.join(folder, 'copy');
        await pipeline(getStream(), createWriteStream(copy));
        return work(copy);
      });
}

/** What the first bytes of a local file say that it is. */
export async function mimeOf(filepath: string): Promise<string> {
  const file = await open(filepath, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return decideType(await gatherEvidence(buffer.subarray(0, bytesRead), '', undefined)).mime;
  } finally {
    await file.close();
  }
}

/** A folder that is there as long as the work that uses it. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'strapi-upload-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
