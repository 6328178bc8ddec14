import type { Source } from '../header/read-at';
import { boxesIn, contentOf, type Box, type Stretch } from './boxes';

/** Maximum number of bytes of one table of a track. */
const TABLE_BYTES = 1024 * 1024;

/** Number of bytes of a full box's head and of the count of a table's rows. */
const HEAD_BYTES = 8;

/**
 * Where the samples of a track are, chunk by chunk (ISO/IEC 14496-12, 8.7). A chunk of unknown size extends to the end
 * of the file.
 *
 * @param table the track's `stbl`
 * @throws RangeError if tables exceed the limits or are cut off
 */
export async function samplesIn(source: Source, table: Box): Promise<Stretch[]> {
  const boxes = await boxesIn(source, { from: table.body, to: table.to });
  const content = async (type: string): Promise<Buffer | null> => {
    const box = boxes.find((one) => one.type === type);
    return box ? contentOf(source, box, TABLE_BYTES) : null;
  };
  const offsets = offsetsOf(await content('stco'), 4).concat(offsetsOf(await content('co64'), 8));
  const counts = samplesPerChunk(await content('stsc'));
  const sizes = sizesOf(await content('stsz'));
  let sample = 0;
  return offsets.map((offset, chunk) => {
    const from = Math.min(offset, source.size);
    const count = counts(chunk + 1);
    const bytes = sizes && sizes(sample, count);
    sample += count;
    return { from, to: bytes ? Math.min(from + bytes, source.size) : source.size };
  });
}

function offsetsOf(table: Buffer | null, width: 4 | 8): number[] {
  if (!table) {
    return [];
  }
  const rows = rowsOf(table, width);
  return Array.from({ length: rows }, (_, row) => {
    const at = HEAD_BYTES + row * width;
    return width === 4 ? table.readUInt32BE(at) : Number(table.readBigUInt64BE(at));
  });
}

const rowsOf = (table: Buffer, width: number): number =>
  Math.min(table.readUInt32BE(4), Math.floor((table.length - HEAD_BYTES) / width));

/**
 * Returns a function that tells the number of samples in a chunk; chunks are counted from 1. Call it in the order of
 * the chunks.
 */
function samplesPerChunk(table: Buffer | null): (chunk: number) => number {
  const ROW_BYTES = 12;
  const rows = table ? rowsOf(table, ROW_BYTES) : 0;
  if (!table || rows <= 0) {
    return () => 1;
  }
  const at = (row: number) => HEAD_BYTES + row * ROW_BYTES;
  let row = 0;
  return (chunk) => {
    while (row + 1 < rows && table.readUInt32BE(at(row + 1)) <= chunk) {
      row += 1;
    }
    return table.readUInt32BE(at(row) + 4);
  };
}

/** Returns a function that tells how many bytes several samples have together; null if no sizes are known. */
function sizesOf(table: Buffer | null): ((first: number, count: number) => number) | null {
  if (!table) {
    return null;
  }
  const all = table.readUInt32BE(4);
  if (all > 0) {
    return (_first, count) => all * count;
  }
  const AT = 12;
  const known = Math.min(table.readUInt32BE(8), Math.floor((table.length - AT) / 4));
  return (first, count) => {
    let sum = 0;
    for (let sample = first; sample < Math.min(first + count, known); sample += 1) {
      sum += table.readUInt32BE(AT + sample * 4);
    }
    return sum;
  };
}
