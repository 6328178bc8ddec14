import fc from 'fast-check';

const { FUZZ_RUNS, FUZZ_SEED } = process.env;

// `.ci/run` names a seed: whether a change passes must not depend on what is drawn. Other runs draw anew.
if (FUZZ_SEED) {
  fc.configureGlobal({ seed: Number(FUZZ_SEED) });
}

/**
 * How often a random test tries.
 *
 * @param usual number of runs
 * @param full number of runs with `FUZZ_RUNS=full`, which `.ci/run` sets
 */
export const fuzzRuns = (usual: number, full: number): number =>
  FUZZ_RUNS === 'full' ? full : usual;
