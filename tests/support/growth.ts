/** Readings of each size. The smallest counts. More follow while other work on the machine may have disturbed them all. */
const READINGS = { least: 5, most: 20 };

/**
 * How the processor time of work grows with the size of its input: 1 where it grows in proportion, and `large / small`
 * where it grows with the square.
 *
 * @param work takes an input of this size; it is called so often that both sizes are as much input in all
 * @param sizes the large one should be at least ten times the small one
 * @param enough a growth that is small enough to stop reading
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

/** Processor time of this process, in µs; at least one, so that it can be divided by. */
function cost(work: () => unknown): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return Math.max(1, user + system);
}
