import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

/**
 * What each file in the uploads folder is, by its name: format and pixels of a picture, whose bytes
 * depend on its encoder, and a digest of everything else.
 */
export async function describeFiles(
  folder: string,
  names: readonly string[]
): Promise<Array<[name: string, content: string]>> {
  return Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const bytes = await readFile(path.join(folder, name)).catch(() => null);
      return [name, bytes ? await describe(bytes) : 'gone'];
    })
  );
}

/** `jpeg 600x400` for a picture, size and digest for other bytes. */
export async function describe(bytes: Buffer): Promise<string> {
  const picture = await metadataOf(bytes).catch(() => null);
  if (picture && picture.format !== 'svg') {
    return `${picture.format} ${picture.width}x${picture.height}`;
  }
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return `${bytes.length} bytes, ${digest}`;
}

/** How many files lie below a folder. */
export async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).length;
}

/** Rejects for what is no picture; for no bytes at all sharp would throw at once. */
const metadataOf = async (bytes: Buffer) => sharp(bytes, { pages: 1 }).metadata();
