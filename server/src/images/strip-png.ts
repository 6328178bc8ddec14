import type { Part, ReadAt } from './strip';

/** EXIF, and texts, which hold XMP and whatever else programs write (PNG, third edition, 11.3). */
const PRIVATE = new Set(['eXIf', 'tEXt', 'zTXt', 'iTXt']);

/** Signature and IHDR. */
const HEAD_BYTES = 8 + 25;

/** Most chunks that are looked at. Programs write pixels in chunks of 8 kB: some 250 MB of them. */
const MOST_CHUNKS = 30_000;

/**
 * The chunks of a PNG that stay. Private ones may come behind the pixels too.
 *
 * @throws RangeError where chunks are not what they should be
 */
export async function pngParts(read: ReadAt, size: number, exif: Buffer | null): Promise<Part[]> {
  const parts: Part[] = [{ from: 0, to: HEAD_BYTES }, ...(exif ? [chunk('eXIf', exif)] : [])];
  let kept = { from: HEAD_BYTES, to: HEAD_BYTES };
  let at = HEAD_BYTES;
  for (let count = 0; at < size; count += 1) {
    if (count === MOST_CHUNKS) {
      throw new RangeError('too many PNG chunks');
    }
    const head = await read(at, 8);
    const end = Math.min(at + 12 + head.readUInt32BE(0), size);
    if (PRIVATE.has(head.toString('latin1', 4))) {
      parts.push(kept);
      kept = { from: end, to: end };
    } else {
      kept.to = end;
    }
    at = end;
  }
  return [...parts, kept];
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(named.length + 8);
  result.writeUInt32BE(data.length, 0);
  named.copy(result, 4);
  result.writeUInt32BE(crc32(named), named.length + 4);
  return result;
}

/** PNG, third edition, annex D; `zlib.crc32` is not in every Node.js 20. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}
