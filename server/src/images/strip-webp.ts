import { MOST_PARTS, type Part, type ReadAt } from './strip';

const PRIVATE = new Set(['EXIF', 'XMP ']);

/** Flags of `VP8X` that say which of these chunks there are (RFC 9649, section 2.7.1). */
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;

/**
 * The chunks of a WebP that stay, with sizes and flags that fit.
 *
 * @throws RangeError where chunks are not what they should be
 */
export async function webpParts(read: ReadAt, size: number, exif: Buffer | null): Promise<Part[]> {
  const parts: Part[] = [];
  let length = 4;
  let at = 12;
  for (let count = 0; at < size; count += 1) {
    if (count === MOST_PARTS) {
      throw new RangeError('too many WebP chunks');
    }
    const head = await read(at, 9);
    const name = head.toString('latin1', 0, 4);
    const bytes = head.readUInt32LE(4);
    const end = Math.min(at + 8 + bytes + (bytes % 2), size);
    if (name === 'VP8X') {
      const flags = (head.readUInt8(8) & ~(EXIF_FLAG | XMP_FLAG)) | (exif ? EXIF_FLAG : 0);
      parts.push(head.subarray(0, 8), Buffer.from([flags]), { from: at + 9, to: end });
    } else if (!PRIVATE.has(name)) {
      parts.push({ from: at, to: end });
    }
    length += PRIVATE.has(name) ? 0 : end - at;
    at = end;
  }
  const added = exif ? chunk('EXIF', exif) : Buffer.alloc(0);
  const header = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  header.writeUInt32LE(length + added.length, 4);
  return [header, ...parts, added];
}

function chunk(name: string, data: Buffer): Buffer {
  const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
