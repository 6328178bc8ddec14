import { open } from 'node:fs/promises';

/** Chunks before the first frame's pixels: a profile, an animation's header, alpha. */
const MOST_CHUNKS = 16;

/**
 * Whether the first frame of a WebP file is coded without loss: its chunk is `VP8L` then
 * (RFC 9649, section 2.6; frames of an animation, `ANMF`, hold chunks of their own).
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
