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

/** A file as the functions of the service `image-manipulation` accept and return it (Strapi 5.54). */
export interface UploadableFile {
  name: string;
  /** Key, without extension, under which the file is stored. */
  hash: string;
  ext: string;
  mime: string;
  /** Size in kilobytes of 1000 bytes, with two decimals. */
  size: number;
  sizeInBytes: number;
  /** Width and height in pixels. */
  width?: number | null;
  height?: number | null;
  path?: string | null;
  focalPoint?: FocalPoint | null | undefined;
  /** Opens a new stream of the bytes. */
  getStream(): Readable;
  /** Path of a local file with the same bytes; read-only. */
  filepath?: string;
  /** Path of the folder for files that the functions make. It is removed when all of them are stored. */
  tmpWorkingDirectory: string;
}

/** Stream and size of a local file. */
export async function contentOf(filepath: string) {
  const { size } = await stat(filepath);
  return {
    filepath,
    getStream: (): Readable => createReadStream(filepath),
    size: toKilobytes(size),
    sizeInBytes: size,
  };
}

/** Runs work that needs a file on the disk. A file that is not on the disk is copied there until the work ends. */
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

/** The MIME type of a local file, according to its first bytes. */
export async function mimeOf(filepath: string): Promise<string> {
  const file = await open(filepath, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return decideType(await gatherEvidence(buffer.subarray(0, bytesRead), '', undefined)).mime;
  } finally {
    await file.close();
  }
}

/** Makes a temporary folder, which is removed when the work ends. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'strapi-upload-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
