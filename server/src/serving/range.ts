/** First and last byte, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What a Range header asks for: one part or several, or nothing that is there (416). */
export type Ranges = readonly [ByteRange, ...ByteRange[]] | 'unsatisfiable';

/**
 * Most parts of one answer. Who asks for more gets the whole file (RFC 9110 section 14.2 lets a server
 * ignore many small ranges): the parts' headers would outweigh the bytes.
 */
const MAX_PARTS = 16;

/**
 * Reads a Range header for a file of `size` bytes (RFC 9110 section 14.2). Ranges that overlap or
 * touch become one, so that no byte is sent twice.
 *
 * @returns the parts to send, in the order they were asked for; null where the header is to be
 *   ignored: another unit, malformed, too many parts, or an empty file, of which no part can be named
 */
export function parseRanges(header: string | undefined, size: number): Ranges | null {
  const [, set] = /^bytes=(.*)$/is.exec(header ?? '') ?? [];
  if (set === undefined || size === 0) {
    return null;
  }
  const specs = readSpecs(set, size);
  if (!specs?.length) {
    return null;
  }
  const [first, ...more] = coalesce(specs.filter((range) => range.start <= range.end));
  if (!first) {
    return 'unsatisfiable';
  }
  return more.length < MAX_PARTS ? [first, ...more] : null;
}

/** Each range of a set; null where one is malformed, which makes the whole set invalid. */
function readSpecs(set: string, size: number): ByteRange[] | null {
  const ranges: ByteRange[] = [];
  for (const spec of set.split(',')) {
    const text = spec.replace(/^[ \t]+|[ \t]+$/g, '');
    // Empty elements of a list count for nothing (section 5.6.1.2).
    if (text === '') {
      continue;
    }
    const range = readSpec(text, size);
    if (!range) {
      return null;
    }
    ranges.push(range);
  }
  return ranges;
}

/** One range as it lies in the file, with its end before its start where none of it does. */
function readSpec(text: string, size: number): ByteRange | null {
  const [, first, last] = /^(\d*)-(\d*)$/.exec(text) ?? [];
  if (first === undefined || last === undefined || text === '-') {
    return null;
  }
  if (first === '') {
    // The last bytes, or all of a shorter file (section 14.1.2).
    return { start: Math.max(0, size - Number(last)), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? Infinity : Number(last);
  return end < start ? null : { start, end: Math.min(end, size - 1) };
}

/** Makes one of each group that overlaps or touches, in the place of the group's first. */
function coalesce(ranges: readonly ByteRange[]): ByteRange[] {
  const inOrder = ranges.map((range, place) => ({ ...range, place }));
  const merged: typeof inOrder = [];
  for (const range of inOrder.sort((a, b) => a.start - b.start)) {
    const before = merged.at(-1);
    if (before && range.start <= before.end + 1) {
      before.end = Math.max(before.end, range.end);
      before.place = Math.min(before.place, range.place);
    } else {
      merged.push(range);
    }
  }
  return merged.sort((a, b) => a.place - b.place).map(({ start, end }) => ({ start, end }));
}
