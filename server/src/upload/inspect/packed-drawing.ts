import { constants, createGunzip, type Gunzip } from 'node:zlib';
import { unsafeSvg } from '../../errors';
import { HEAD_BYTES } from '../../types/signatures/detect';

/** Bytes of sum and size at the end of a gzip (RFC 1952, section 2.3). */
const TRAILER = 8;

/**
 * The first bytes of what a gzip holds; fewer where it is broken, none where it is no gzip.
 *
 * @param head the first bytes of the gzip
 */
export async function unpackedHead(head: Buffer): Promise<Buffer> {
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  // Without a wrong sum, for which zlib would give nothing.
  gunzip.end(head.subarray(0, Math.min(HEAD_BYTES, Math.max(head.length - TRAILER, 0))));
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of gunzip) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= HEAD_BYTES) {
        break;
      }
    }
  } catch {
    // What came before the broken place tells enough.
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES);
}

/**
 * Unpacks an SVG while it comes in. Nothing is asked of the source before it is needed: whoever is told that
 * the file is too large waits for no slow client.
 *
 * @param name for messages
 * @param most bytes that it may have
 * @throws RefusedFile where it has more, or is broken; whatever the source throws
 */
export async function* unpack(
  source: AsyncIterable<Buffer>,
  name: string,
  most: number
): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const out = outputOf(gunzip, most);
  try {
    for await (const chunk of source) {
      await step(gunzip, (done) => gunzip.write(chunk, done));
      yield* out.splice(0);
    }
    await step(gunzip, (done) => gunzip.once('end', done).end());
    yield* out.splice(0);
  } catch (error) {
    throw error === gunzip.errored
      ? unsafeSvg(name, error instanceof TooLarge ? 'it is too large' : 'it cannot be unpacked')
      : error;
  } finally {
    gunzip.destroy();
  }
}

class TooLarge extends Error {}

/** What comes out, as far as it was not taken yet; it ends at once with what is too much. */
function outputOf(gunzip: Gunzip, most: number): Buffer[] {
  const out: Buffer[] = [];
  let size = 0;
  gunzip.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > most) {
      gunzip.destroy(new TooLarge());
    } else {
      out.push(chunk);
    }
  });
  return out;
}

/** One step of unpacking; it fails when the stream does. */
function step(gunzip: Gunzip, take: (done: () => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(error);
    gunzip.once('error', fail);
    take(() => {
      if (!gunzip.errored) {
        gunzip.off('error', fail);
        resolve();
      }
    });
  });
}
