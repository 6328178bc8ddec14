import { constants, createGunzip, type Gunzip } from 'node:zlib';
import { unsafeSvg } from '../../errors';
import { HEAD_BYTES } from '../../types/signatures/detect';

/** Number of bytes of checksum and size at the end of a gzip file (RFC 1952, section 2.3). */
const TRAILER = 8;

/**
 * Unpacks the first bytes of a gzip file. Returns fewer bytes if the file is broken, none if it is not gzip.
 *
 * @param head the first bytes of the gzip file
 */
export async function unpackedHead(head: Buffer): Promise<Buffer> {
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  // The trailer is left out: with a wrong checksum zlib would return nothing.
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
    // The gzip file is broken. The bytes before the broken place are enough.
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES);
}

/**
 * Unpacks an SVG while it comes in. Reads the next chunk of the source only when it is needed, so that a file that is
 * too large is refused without waiting for a slow client.
 *
 * @param name for messages
 * @param most maximum number of bytes of the unpacked SVG
 * @throws RefusedFile if the SVG has more bytes or the gzip file is broken; any error of the source
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
      ? unsafeSvg(
          name,
          error instanceof TooLarge ? 'it is too large after unpacking' : 'it cannot be unpacked'
        )
      : error;
  } finally {
    gunzip.destroy();
  }
}

class TooLarge extends Error {}

/** Collects the unpacked chunks that were not taken yet. Destroys the stream as soon as there are too many bytes. */
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

/** Runs one step of unpacking. Rejects when the stream fails. */
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
