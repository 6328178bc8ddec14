import type { ReadAt } from './read-at';
import type { Header } from './header';

/** Maximum number of blocks that are read before the first frame. */
const MOST_BLOCKS = 10_000;

const EXTENSION = 0x21;
const IMAGE = 0x2c;

/**
 * Reads the size of a GIF's logical screen (GIF89a, section 18), and whether its first frame has any data (section 22).
 */
export async function gifHeader(read: ReadAt): Promise<Header | null> {
  const head = await read(0, 13);
  if (!/^GIF8[79]a$/.test(head.toString('latin1', 0, 6))) {
    return null;
  }
  const screen = { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  let at = 13 + tableBytes(head.readUInt8(10));
  for (let count = 0; count < MOST_BLOCKS; count += 1) {
    const block = await read(at, 11);
    if (block[0] === IMAGE && block.length > 9) {
      const frame = { width: block.readUInt16LE(5), height: block.readUInt16LE(7) };
      const data = await read(at + 10 + tableBytes(block.readUInt8(9)), 3);
      return {
        width: screen.width || frame.width,
        height: screen.height || frame.height,
        hasPixels: data.length === 3 && data[1] !== 0,
      };
    }
    if (block[0] !== EXTENSION) {
      break;
    }
    at = await endOfSubBlocks(read, at + 2);
  }
  return { ...screen, hasPixels: false };
}

/** Number of bytes of a colour table. The flags say whether there is a table (section 18). */
const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

async function endOfSubBlocks(read: ReadAt, start: number): Promise<number> {
  let at = start;
  for (let count = 0; count < MOST_BLOCKS; count += 1) {
    const length = (await read(at, 1)).readUInt8(0);
    at += 1 + length;
    if (length === 0) {
      return at;
    }
  }
  throw new RangeError('too many GIF blocks');
}
