import { trimBlanks } from '../util/text';

/** A range of bytes: its first and last byte, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The parts of a file that a Range header requests: one or several; `unsatisfiable` if none of them exists (status
 * 416).
 */
export type Ranges = readonly [ByteRange, ...ByteRange[]] | 'unsatisfiable';

/**
 * Maximum number of parts of one response. A request for more parts gets the whole file, because the headers of the
 * parts would outweigh their bytes. RFC 9110 section 14.2 lets a server ignore many small ranges.
 */
const MAX_PARTS = 16;

/** Longest Range header that is read, in bytes. A longer one is ignored, as section 14.2 allows. */
const MAX_LENGTH = 8192;

/** One range of a header, not yet applied to a file's size. */
type RangeSpec = { first: number; last: number } | { suffix: number };

/** All ranges of a Range header, independent of the file's size. */
export type RangeSet = readonly RangeSpec[];

/**
 * Parses a Range header (RFC 9110 section 14.2).
 *
 * @returns null if the header must be ignored: another unit, malformed, too long, or without a range
 */
export function parseRangeSet(header: string | undefined): RangeSet | null {
  if (header === undefined || header.length > MAX_LENGTH || !/^bytes=/i.test(header)) {
    return null;
  }
  const specs: RangeSpec[] = [];
  for (const element of header.slice('bytes='.length).split(',')) {
    const text = trimBlanks(element);
    // Empty list elements are ignored (section 5.6.1.2).
    if (text === '') {
      continue;
    }
    const spec = readSpec(text);
    // One malformed range makes the whole set invalid.
    if (!spec) {
      return null;
    }
    specs.push(spec);
  }
  return specs.length > 0 ? specs : null;
}

/**
 * Returns the parts of a file of `size` bytes that a Range header requests. Ranges that overlap or touch are merged, so
 * that no byte is sent twice.
 *
 * @returns parts in the requested order; null if the whole file is to be sent, because there are too many parts or the
 *   file is empty, so that no part of it can be named
 */
export function rangesIn(set: RangeSet, size: number): Ranges | null {
  if (size === 0) {
    return null;
  }
  const inFile = set.map((spec) => placed(spec, size)).filter(({ start, end }) => start <= end);
  const [first, ...more] = coalesce(inFile);
  if (!first) {
    return 'unsatisfiable';
  }
  return more.length < MAX_PARTS ? [first, ...more] : null;
}

function readSpec(text: string): RangeSpec | null {
  const [, first, last] = /^(\d*)-(\d*)$/.exec(text) ?? [];
  if (first === undefined || last === undefined || text === '-') {
    return null;
  }
  if (first === '') {
    return { suffix: Number(last) };
  }
  const spec = { first: Number(first), last: last === '' ? Infinity : Number(last) };
  return spec.last < spec.first ? null : spec;
}

/**
 * Applies a range to the size of a file. In the result, the end is before the start if the file has no byte of the
 * range.
 */
const placed = (spec: RangeSpec, size: number): ByteRange =>
  'suffix' in spec
    ? // The last bytes of the file, or the whole file if it is shorter (section 14.1.2).
      { start: Math.max(0, size - spec.suffix), end: size - 1 }
    : { start: spec.first, end: Math.min(spec.last, size - 1) };

/** Merges ranges that overlap or touch. A merged range takes the position of the range that was requested first. */
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
