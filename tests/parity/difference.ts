/** A difference that is meant. */
export interface Difference {
  /** Names of the cases; each of them differs at each of the paths. */
  cases: readonly string[];
  /** Where, as `harness/compare.ts` writes it: answers by the number of their step, or traces. */
  paths: readonly string[];
  /** Why it is better so for whoever sees it. */
  reason: string;
  /** The setting that brings the built-in's way back, where a success became an error. */
  restore?: string;
}

/** A success became an error for good: what was stored could not be what its sender meant. */
export const NO_SETTING = 'None: the request has to be mended.';

/** Why empty files are refused. */
export const EMPTY = 'An empty file is refused as in an upload: it is a transfer that went wrong.';
