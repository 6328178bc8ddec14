/**
 * Number of readings for each size. The smallest reading counts. If the growth is still too large after `least`
 * readings, other work on the machine may have disturbed them, so more readings follow.
 */
const READINGS = { least: 5, most: 20 };

/**
 * Measures how the processor time of work grows with the size of its input. The result is 1 if the time grows in
 * proportion to the size, and `large / small` if it grows with the square of the size.
 *
 * @param work gets the size of its input. It is called more often with the small size, so that both sizes process the
 *   same total input
 * @param sizes two sizes; `large` should be at least ten times `small`
 * @param enough a result below this value ends the measurement early
 */
export function growth(
  work: (size: number) => unknown,
  { small, large }: { small: number; large: number },
  enough = 2
): number {
  const calls = Math.round(large / small);
  let [one, many] = [Infinity, Infinity];
  for (let reading = 1; reading <= READINGS.most; reading += 1) {
    many = Math.min(
      many,
      cost(() => repeat(calls, () => work(small)))
    );
    one = Math.min(
      one,
      cost(() => work(large))
    );
    if (reading >= READINGS.least && one / many < enough) {
      break;
    }
  }
  return one / many;
}

function repeat(times: number, work: () => unknown): void {
  for (let turn = 0; turn < times; turn += 1) {
    work();
  }
}

/** Processor time that `work` takes in this process, in µs. At least 1, because the caller divides by it. */
function cost(work: () => unknown): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return Math.max(1, user + system);
}
