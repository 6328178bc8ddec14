/**
 * How often a random test tries.
 *
 * @param usual number of runs
 * @param full number of runs with `FUZZ_RUNS=full`, which `.ci/run` sets
 */
export const fuzzRuns = (usual: number, full: number): number =>
  process.env.FUZZ_RUNS === 'full' ? full : usual;
