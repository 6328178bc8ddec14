import { HEAD_BYTES } from '../../types/signatures/detect';

/** A file whose first bytes are known and whose rest is still coming in. */
export interface Peeked {
  /** The first bytes of the file: at least as many as wanted, or all bytes of a shorter file. */
  head: Buffer;
  /** All bytes, including the head. Can be read once. */
  body: AsyncIterable<Buffer>;
  /** Gives up the bytes that were not read. */
  close(): Promise<void>;
}

/**
 * Reads the first bytes of a file.
 *
 * @param wanted returns the number of bytes that are needed, by the first bytes
 */
export async function peek(
  source: AsyncIterable<Buffer>,
  wanted: (head: Buffer) => number
): Promise<Peeked> {
  const chunks = source[Symbol.asyncIterator]();
  const start = await readUpTo(HEAD_BYTES, Buffer.alloc(0), chunks);
  const head = await readUpTo(wanted(start), start, chunks);
  return {
    head,
    body: prepend(head, chunks),
    async close() {
      await chunks.return?.();
    },
  };
}

async function readUpTo(
  length: number,
  known: Buffer,
  chunks: AsyncIterator<Buffer>
): Promise<Buffer> {
  const parts = [known];
  for (let size = known.length; size < length;) {
    const next = await chunks.next();
    if (next.done) {
      break;
    }
    parts.push(next.value);
    size += next.value.length;
  }
  return parts.length === 1 ? known : Buffer.concat(parts);
}

function prepend(head: Buffer, rest: AsyncIterator<Buffer>): AsyncIterableIterator<Buffer> {
  let isFirst = head.length > 0;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (isFirst) {
        isFirst = false;
        return Promise.resolve({ done: false, value: head });
      }
      return rest.next();
    },
    async return() {
      await rest.return?.();
      return { done: true, value: undefined };
    },
  };
}
