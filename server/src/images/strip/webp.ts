import { neededExif } from '../header/exif';
import type { Stretch } from '../heif/boxes';
import type { ReadAt, Source } from '../header/read-at';
import type { Apart, Own } from './apart';
import { Found } from './found';
import { Kept, type Part } from './parts';

/** Chunks that stay: header, pixels, transparency, frames, profile (RFC 9649, section 2.7). */
const STAY = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

/** Chunks that stay in a frame. They lie in its `ANMF` chunk, after sixteen bytes of position and duration. */
const STAY_IN_FRAME = new Set(['VP8 ', 'VP8L', 'ALPH']);
const FRAME_BYTES = 16;

/** Flags of `VP8X` that say which chunks exist (RFC 9649, section 2.7.1). */
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;

/** Maximum number of chunks that are read, including those of frames. */
const MOST_CHUNKS = 30_000;

const HEAD_BYTES = 8;
const RIFF_BYTES = 12;

interface Chunk extends Stretch {
  name: string;
  body: number;
}

/**
 * Splits a WebP. Bytes beyond the size in its header are removed. The new EXIF block has no orientation: browsers show
 * a WebP without rotating it.
 *
 * @throws RangeError if chunks are malformed
 */
export async function takeWebpApart({ read, size }: Source): Promise<Apart> {
  const riff = await read(0, RIFF_BYTES);
  if (riff.toString('latin1', 0, 4) !== 'RIFF' || riff.toString('latin1', 8) !== 'WEBP') {
    throw new RangeError('no WebP header');
  }
  const end = Math.min(HEAD_BYTES + riff.readUInt32LE(4), size);
  const found = new Found();
  const kept = new Kept();
  const walk = new Walk(read, kept);
  let flags: Buffer | null = null;
  let flagsAt = 0;
  let hasCut = end < size;
  for await (const chunk of walk.chunks({ from: RIFF_BYTES, to: end })) {
    const { name, from, to } = chunk;
    if (name === 'VP8X') {
      flags = Buffer.from(await read(from, HEAD_BYTES + 1));
      flagsAt = kept.parts.length;
      kept.put(flags);
      kept.keep(from + flags.length, to);
    } else if (name === 'ANMF') {
      hasCut = (await walk.keepFrame(chunk)) || hasCut;
    } else if (STAY.has(name)) {
      kept.keep(from, to);
    } else {
      hasCut = true;
      await look(chunk, read, found);
    }
  }
  const parts = (own: Own) => (hasCut ? joined(kept.parts, { flags, flagsAt }, own) : null);
  return { found, complete: true, parts };
}

async function look({ name, body, to }: Chunk, read: ReadAt, found: Found): Promise<void> {
  if (name === 'EXIF') {
    await found.read('exif', read, { from: body, to });
  } else if (name === 'XMP ') {
    await found.read('xmp', read, { from: body, to });
  }
}

/** Walks through the chunks of a WebP, and counts them. */
class Walk {
  private count = 0;

  constructor(
    private readonly read: ReadAt,
    private readonly kept: Kept
  ) {}

  async *chunks({ from, to: end }: Stretch): AsyncGenerator<Chunk> {
    for (let at = from; at + HEAD_BYTES <= end;) {
      if (this.count === MOST_CHUNKS) {
        throw new RangeError('too many WebP chunks');
      }
      this.count += 1;
      const head = await this.read(at, HEAD_BYTES);
      const bytes = head.readUInt32LE(4);
      const to = Math.min(at + HEAD_BYTES + bytes + (bytes % 2), end);
      yield { name: head.toString('latin1', 0, 4), from: at, to, body: at + HEAD_BYTES };
      at = to;
    }
  }

  /** Keeps the chunks of a frame that may stay. Returns whether something was removed. */
  async keepFrame({ from, to, body }: Chunk): Promise<boolean> {
    const inner: Stretch[] = [];
    let bytes = FRAME_BYTES;
    for await (const chunk of this.chunks({ from: body + FRAME_BYTES, to })) {
      if (STAY_IN_FRAME.has(chunk.name)) {
        inner.push(chunk);
        bytes += chunk.to - chunk.from;
      }
    }
    const isWhole = body + bytes >= to;
    if (isWhole) {
      this.kept.keep(from, to);
      return false;
    }
    this.kept.put(head('ANMF', bytes));
    this.kept.keep(body, body + FRAME_BYTES);
    inner.forEach((chunk) => this.kept.keep(chunk.from, chunk.to));
    return true;
  }
}

const bytesIn = (part: Part): number =>
  Buffer.isBuffer(part) ? part.length : 'times' in part ? part.times : part.to - part.from;

/**
 * Builds the file from the parts that stay, with correct sizes and flags. Without a `VP8X` chunk the file cannot hold
 * an EXIF block.
 */
function joined(
  parts: readonly Part[],
  { flags, flagsAt }: { flags: Buffer | null; flagsAt: number },
  own: Own
): Part[] {
  const exif = flags && neededExif({ ...own, orientation: 1 });
  const added = exif ? [head('EXIF', exif.length), exif, Buffer.alloc(exif.length % 2)] : [];
  const rest = [...parts, ...added];
  if (flags) {
    const fitting = Buffer.from(flags);
    fitting[HEAD_BYTES] =
      ((flags[HEAD_BYTES] ?? 0) & ~(EXIF_FLAG | XMP_FLAG)) | (exif ? EXIF_FLAG : 0);
    rest[flagsAt] = fitting;
  }
  const length = rest.reduce((sum, part) => sum + bytesIn(part), 4);
  return [head('RIFF', length), Buffer.from('WEBP', 'latin1'), ...rest];
}

function head(name: string, bytes: number): Buffer {
  const result = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  result.writeUInt32LE(bytes, 4);
  return result;
}
