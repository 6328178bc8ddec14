import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

/**
 * A description of each file in the uploads folder, by name. An image is described by its format and pixels, because
 * its bytes depend on the encoder. Any other file is described by a digest.
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

/** A description of a file's bytes: `jpeg 600x400` for an image, and the size and a digest for any other file. */
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

/**
 * Reads the metadata of an image. The function is `async`, so that it rejects for everything that is not an image: for
 * empty bytes, `sharp()` itself throws.
 */
const metadataOf = async (bytes: Buffer) => sharp(bytes, { pages: 1 }).metadata();
