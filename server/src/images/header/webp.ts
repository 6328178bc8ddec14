import type { ReadAt } from './read-at';
import type { Header } from './header';

/** Maximum number of chunks that are read before the pixels of the first frame. */
const MOST_CHUNKS = 1000;

/** Number of bytes of a frame's own header. The pixels follow it (RFC 9649, sections 2.5 and 2.6). */
const FRAME_HEADER: Record<string, number> = { 'VP8 ': 10, VP8L: 5 };

/** Reads the size of a WebP's canvas, or of its only frame. */
export async function webpHeader(read: ReadAt, size: number): Promise<Header | null> {
  const head = await read(0, 12);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8) !== 'WEBP') {
    return null;
  }
  let canvas: Pick<Header, 'width' | 'height'> | null = null;
  let at = 12;
  for (let count = 0; at < size && count < MOST_CHUNKS; count += 1) {
    const chunk = await read(at, 18);
    const name = chunk.toString('latin1', 0, 4);
    const length = chunk.readUInt32LE(4);
    const header = FRAME_HEADER[name];
    if (header !== undefined) {
      const there = Math.min(length, size - at - 8);
      return {
        ...(canvas ?? frameSize(name, chunk)),
        hasPixels: there > header + before(name, chunk),
      };
    }
    if (name === 'VP8X') {
      canvas = { width: chunk.readUIntLE(12, 3) + 1, height: chunk.readUIntLE(15, 3) + 1 };
    }
    at += name === 'ANMF' ? 8 + 16 : 8 + length + (length % 2);
  }
  return canvas && { ...canvas, hasPixels: false };
}

/**
 * Number of bytes before the first pixel. They hold the modes of all blocks (RFC 6386, section 9.1), or codes (RFC
 * 9649, section 3.7).
 */
const CODES = 64;

function before(name: string, chunk: Buffer): number {
  const length = chunk.readUInt32LE(4);
  return name === 'VP8L' ? Math.min(CODES, Math.floor(length / 2)) : chunk.readUIntLE(8, 3) >>> 5;
}

/**
 * Reads width and height, which have 14 bits each. They follow the start code of a key frame (RFC 6386, section 9.1),
 * or are packed (RFC 9649, section 3.4).
 */
function frameSize(name: string, chunk: Buffer) {
  if (name === 'VP8L') {
    const bits = chunk.readUInt32LE(9);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return { width: chunk.readUInt16LE(14) & 0x3fff, height: chunk.readUInt16LE(16) & 0x3fff };
}
