import { open } from 'node:fs/promises';

/** Maximum number of chunks before the pixels of the first frame: a profile, an animation header, alpha. */
const MOST_CHUNKS = 16;

/**
 * Whether the first frame of a WebP file is lossless, that is, its chunk is `VP8L` (RFC 9649, section 2.6). The frames
 * of an animation, `ANMF`, contain such chunks.
 */
export async function isLosslessWebp(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(8);
    let at = 12;
    for (let count = 0; count < MOST_CHUNKS; count += 1) {
      const { bytesRead } = await file.read(head, 0, 8, at);
      const name = head.toString('latin1', 0, 4);
      if (bytesRead < 8 || name === 'VP8 ') {
        return false;
      }
      if (name === 'VP8L') {
        return true;
      }
      const size = head.readUInt32LE(4);
      at += name === 'ANMF' ? 8 + 16 : 8 + size + (size % 2);
    }
    return false;
  } finally {
    await file.close();
  }
}
