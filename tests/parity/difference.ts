/** An intended difference to the built-in. */
export interface Difference {
  /** Names of the cases. Each of these cases differs at each of the paths. */
  cases: readonly string[];
  /**
   * Paths in the format of `harness/compare.ts`. A path begins with the number of the step whose answer differs, or
   * with the name of a trace.
   */
  paths: readonly string[];
  /** Why the difference is better for the caller or user who sees it. */
  reason: string;
  /** If a success has become an error: the setting that restores the built-in's behaviour. */
  restore?: string;
}

/**
 * Value of `restore` if a success is now always an error: the built-in stored something that the sender could not have
 * meant.
 */
export const NO_SETTING = 'None: the request has to be mended.';

/** Value of `reason` for the differences about empty files. */
export const EMPTY = 'An empty file is refused as in an upload: it is a transfer that went wrong.';
