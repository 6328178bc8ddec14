/** An intended difference to the built-in. */
export interface Difference {
  /** Names of the cases. Each case differs at each of the paths. */
  cases: readonly string[];
  /** Paths in the form of `harness/compare.ts`. They begin with the number of the answer's step, or a trace's name. */
  paths: readonly string[];
  /** Why the difference is better for the caller or user who sees it. */
  reason: string;
  /** The setting that restores the built-in's behaviour, if a success has become an error. */
  restore?: string;
}

/** For a success that is now always an error: the built-in stored something that the sender could not have meant. */
export const NO_SETTING = 'None: the request has to be mended.';

/** Why empty files are refused. */
export const EMPTY = 'An empty file is refused as in an upload: it is a transfer that went wrong.';
