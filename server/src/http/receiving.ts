import type { Caller } from '../access/caller';
import type { Attempt } from '../attempt/attempt';
import type { Workload } from '../attempt/workload';
import type { Settings } from '../config/settings';
import type { ReceiveOptions } from '../upload/receive/receive-files';
import type { Batch } from '../upload/refusals';
import { part } from '../util/part';

/** What the code that reads forms needs from the rest of the plugin. */
export interface Receiving {
  /** Returns one key of the configuration. If the current value is not valid, returns the value at the start. */
  setting: Settings['one'];
  /**
   * Returns limits and rules for a request of a caller. They include the `formidable` options of the project's
   * `strapi::body`.
   */
  optionsFor(caller: Caller): Omit<ReceiveOptions, 'beforeFiles' | 'shape'>;
  /** What happens to the other files of a request when some are refused. */
  batch(): Batch;
  /** Creates the attempt of a request. */
  newAttempt(): Attempt;
  /** The requests that are storing or removing files now. */
  workload: Workload;
}

export const receiving = part<Receiving>('receiving');
