import fc from 'fast-check';

const { FUZZ_RUNS, FUZZ_SEED } = process.env;

// `.ci/run` sets a seed, so that its result does not depend on random values. Other runs use a new seed each time.
if (FUZZ_SEED) {
  fc.configureGlobal({ seed: Number(FUZZ_SEED) });
}

/**
 * Number of runs of a random test.
 *
 * @param usual number of runs
 * @param full number of runs with `FUZZ_RUNS=full`, which `.ci/run` sets
 */
export const fuzzRuns = (usual: number, full: number): number =>
  FUZZ_RUNS === 'full' ? full : usual;
