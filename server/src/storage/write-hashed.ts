import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** Number of bytes that are collected for one write. Large writes cost the disk and the thread pool less. */
const LARGE_BATCH = 2 ** 20;

/** Number of bytes that are collected for one write while many bodies arrive. */
const SMALL_BATCH = 2 ** 16;

/**
 * Number of bytes of all bodies in memory above which each body is written in small batches. Otherwise a thousand slow
 * clients would hold a gigabyte.
 */
const MOST_HELD = 32 * 2 ** 20;

/** Number of bytes of all bodies of this process that are being collected or written. */
let held = 0;

const isEnough = (bytes: number): boolean =>
  bytes >= LARGE_BATCH || (bytes >= SMALL_BATCH && held > MOST_HELD);

/**
 * Writes bytes to a file and hashes them. It collects and hashes the next bytes while the previous ones are written,
 * since both take about the same time.
 *
 * @param wrote called with the number of bytes after each write; the next write waits for its promise
 * @returns number of bytes written, and their SHA-256 in hex
 */
export async function writeHashed(
  body: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  wrote: (bytes: number) => Promise<void>
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  let batch: Uint8Array[] = [];
  let batched = 0;
  let writing = Promise.resolve();
  const write = async (chunks: Uint8Array[], bytes: number) => {
    try {
      await writeAll(handle, chunks);
    } finally {
      held -= bytes;
    }
    await wrote(bytes);
  };
  const flush = async () => {
    await writing;
    writing = write(batch, batched);
    // The next `await` of `writing` gets the error; until then it must not count as an unhandled rejection.
    writing.catch(() => {});
    [batch, batched] = [[], 0];
  };
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      size += chunk.length;
      batched += chunk.length;
      held += chunk.length;
      batch.push(chunk);
      if (isEnough(batched)) {
        await flush();
      }
    }
    await flush();
    await writing;
  } finally {
    held -= batched;
    // If the body fails, the running write must end before the caller closes and removes the file.
    await writing.catch(() => {});
  }
  return { size, sha256: hash.digest('hex') };
}

/** Writes all chunks. A single write may take fewer bytes than given (POSIX writev(2)). */
async function writeAll(handle: FileHandle, chunks: Uint8Array[]): Promise<void> {
  for (let rest = chunks; rest.length > 0;) {
    const { bytesWritten } = await handle.writev(rest);
    rest = dropBytes(rest, bytesWritten);
  }
}

function dropBytes(chunks: Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  return chunks.flatMap((chunk) => {
    const dropped = Math.min(left, chunk.length);
    left -= dropped;
    return dropped === chunk.length ? [] : [chunk.subarray(dropped)];
  });
}
