/** Number of runs after which the smallest reading counts, even if it is too large. */
const MOST_RUNS = 5;

/**
 * Measures the processor time of `work` in this process, in milliseconds. One reading can be too large: the time of a
 * garbage collection, of the compiler and of sharp's threads counts too. So the work runs again, at most five times,
 * until a reading is below `enough`. The smallest reading is the result.
 */
export async function cpuTime(work: () => unknown, enough: number): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < MOST_RUNS && least >= enough; run += 1) {
    const begun = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(begun);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
