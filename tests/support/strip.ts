import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { stripped, type StripOptions } from '../../server/src/images/strip';

/** Result of removing private metadata from a file. */
export interface Outcome {
  /** Content of the file after the removal. */
  bytes: Buffer;
  /** Whether the file was already without private metadata, so that it was not changed. */
  isSame: boolean;
  complete: boolean;
}

/** Removes private metadata from a file with this content. The file is a temporary file. */
export async function strip(
  mime: string,
  content: Buffer,
  wishes: StripOptions = { rights: {} }
): Promise<Outcome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'strip-'));
  try {
    const file = path.join(folder, 'picture');
    await writeFile(file, content);
    const { body, complete } = await stripped(file, mime, wishes);
    const bytes = body ? Buffer.concat(await Readable.from(body).toArray()) : content;
    return { bytes, isSame: body === null, complete };
  } finally {
    await rm(folder, { recursive: true });
  }
}
