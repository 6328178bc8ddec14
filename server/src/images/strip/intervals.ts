import type { Stretch } from '../heif/boxes';

/** Returns the same stretches in order. Stretches that touch are joined, and empty stretches are removed. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.to) {
      last.to = Math.max(last.to, to);
    } else if (to > from) {
      result.push({ from, to });
    }
  }
  return result;
}

/** Returns the parts of `these` that none of `others` covers, in order. */
export const without = (these: readonly Stretch[], others: readonly Stretch[]): Stretch[] =>
  withoutJoined(joined(these), joined(others));

/**
 * Does the same as `without`, but expects stretches that are already sorted and joined. So repeated calls for a few
 * stretches are cheap.
 */
export function withoutJoined(these: readonly Stretch[], covers: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  const [first] = these;
  let next = first ? firstBehind(covers, first.from) : 0;
  for (const { from, to } of these) {
    let at = from;
    for (let cover = covers[next]; cover && cover.to <= at; cover = covers[next]) {
      next += 1;
    }
    for (let cover = covers[next]; cover && cover.from < to; cover = covers[next]) {
      if (cover.from > at) {
        result.push({ from: at, to: cover.from });
      }
      at = Math.max(at, cover.to);
      // The cover may also reach into the next stretch, so it is not skipped yet.
      if (cover.to >= to) {
        break;
      }
      next += 1;
    }
    if (at < to) {
      result.push({ from: at, to });
    }
  }
  return result;
}

/** Returns the index of the first cover that ends after an offset, by binary search. */
function firstBehind(covers: readonly Stretch[], at: number): number {
  let [low, high] = [0, covers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const cover = covers[middle];
    [low, high] = cover && cover.to <= at ? [middle + 1, high] : [low, middle];
  }
  return low;
}

/** Number of bytes of all stretches together. The stretches must not overlap. */
export const bytesIn = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { from, to }) => sum + to - from, 0);

/** Whether two of the stretches overlap. */
export const doOverlap = (stretches: readonly Stretch[]): boolean =>
  bytesIn(joined(stretches)) < bytesIn(stretches);
